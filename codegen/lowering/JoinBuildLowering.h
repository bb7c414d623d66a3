#pragma once

#include <optional>

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/OperatorLowering.h"
#include "runtime/rows/RowCollection.h"

namespace basalt::codegen {

/// Materialises the rows of a join's build side with the hashes of their keys; rows with a NULL key match nothing and
/// are dropped.
class JoinBuildLowering final : public StepLowering {
 public:
  JoinBuildLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), spec_(specOf<JoinSpec>()), expressions_(builder, label()) {}

  void setup() override;
  void consume(const Row& row) override;

 private:
  void append(const Row& row, std::vector<SqlValue> keys);

  const JoinSpec& spec_;
  ExpressionLowering expressions_;
  std::optional<Val<RowAppender*>> rows_;
};

}  // namespace basalt::codegen
