#pragma once

#include <optional>

#include "codegen/lowering/OperatorLowering.h"
#include "runtime/pipeline/LimitState.h"

namespace basalt::codegen {

/// Passes on the rows whose number, in order of arrival at any worker, the limit allows; ends the morsel when none is
/// left.
class LimitLowering final : public StepLowering {
 public:
  using StepLowering::StepLowering;

  void setup() override;
  void beforeBlock() override;
  void consume(const Row& row) override;

 private:
  void endMorsel();

  std::optional<Val<LimitState*>> state_;
};

}  // namespace basalt::codegen
