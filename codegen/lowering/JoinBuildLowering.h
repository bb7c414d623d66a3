#pragma once

#include <optional>

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/OperatorLowering.h"
#include "runtime/rows/RowCollection.h"

namespace basalt::codegen {

/// Materialises the rows of a join's build side with the hashes of their keys. Rows with a NULL key that is not
/// null-safe match nothing: they are dropped unless the spec asks for them.
class JoinBuildLowering final : public StepLowering {
 public:
  JoinBuildLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), spec_(specOf<JoinSpec>()), expressions_(builder, label()) {}

  void setup() override;
  void consume(const Row& row) override;

 private:
  void append(const Row& row, std::vector<SqlValue> keys, std::optional<Val<bool>> isUnlinked);

  const JoinSpec& spec_;
  ExpressionLowering expressions_;
  std::optional<Val<RowAppender*>> rows_;
};

}  // namespace basalt::codegen
