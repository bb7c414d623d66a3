#pragma once

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/OperatorLowering.h"

namespace basalt::codegen {

class ProjectionLowering final : public StepLowering {
 public:
  ProjectionLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), expressions_(builder, label()) {}

  void consume(const Row& row) override;

 private:
  ExpressionLowering expressions_;
};

}  // namespace basalt::codegen
