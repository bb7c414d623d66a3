#pragma once

#include <optional>

#include "codegen/lowering/OperatorLowering.h"
#include "codegen/lowering/SortedRowsLowering.h"

namespace basalt::codegen {

/// Materialises rows with their normalised keys, to be sorted when all are there: the sink of Sort and Window.
class SortLowering final : public StepLowering {
 public:
  SortLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), sorted_(builder, sortedRowsOf(specOf<OperatorSpec>()), label()) {}

  void setup() override;
  void consume(const Row& row) override;

 private:
  SortedRowsLowering sorted_;
  std::optional<Val<RowAppender*>> rows_;
};

}  // namespace basalt::codegen
