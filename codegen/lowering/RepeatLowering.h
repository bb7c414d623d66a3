#pragma once

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/OperatorLowering.h"

namespace basalt::codegen {

/// Puts each row out as often as its count says.
class RepeatLowering final : public StepLowering {
 public:
  RepeatLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), spec_(specOf<RepeatSpec>()), expressions_(builder, label()) {}

  void setup() override { p.addCounter(countIndex()); }
  void consume(const Row& row) override;

 private:
  const RepeatSpec& spec_;
  ExpressionLowering expressions_;
};

}  // namespace basalt::codegen
