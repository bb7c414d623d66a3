#pragma once

#include <optional>

#include "codegen/lowering/OperatorLowering.h"
#include "codegen/lowering/SortedRowsLowering.h"
#include "runtime/sort/TopNTable.h"

namespace basalt::codegen {

/// Offers each row's key to the worker's heap and stores the columns of those it takes.
class TopNLowering final : public StepLowering {
 public:
  TopNLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), sorted_(builder, specOf<TopNSpec>().rows, label()) {}

  void setup() override;
  void consume(const Row& row) override;

 private:
  SortedRowsLowering sorted_;
  std::optional<Val<TopNTable*>> table_;
};

}  // namespace basalt::codegen
