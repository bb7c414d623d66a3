#pragma once

#include <optional>

#include "codegen/lowering/OperatorLowering.h"
#include "runtime/pipeline/ResultWriter.h"

namespace basalt::codegen {

/// Writes rows to the batch that goes to the client, and ends the morsel when full batches wait.
class ResultLowering final : public StepLowering {
 public:
  using StepLowering::StepLowering;

  void setup() override;
  void beforeBlock() override;
  void consume(const Row& row) override;

 private:
  void store(std::size_t column, Val<std::uint64_t> index, const SqlValue& value);

  std::optional<Val<ResultWriter*>> writer_;
};

}  // namespace basalt::codegen
