#pragma once

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/OperatorLowering.h"

namespace basalt::codegen {

class ProjectionLowering final : public StepLowering {
 public:
  ProjectionLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), expressions_(builder, label()) {}

  void consume(const Row& row) override;
  unsigned prefetchRounds() const override;
  Val<bool> prefetchPays(const Row& first, const Row& last) override {
    return next()->prefetchPays(project(first), project(last));
  }
  void prefetch(const Row& row, unsigned round) override { next()->prefetch(project(row), round); }
  bool takesBlocks(const VectorColumns& columns) override;
  Val<bool> consumeBlock(const RowBlock& block) override;

 private:
  Row project(const Row& row);

  ExpressionLowering expressions_;
};

}  // namespace basalt::codegen
