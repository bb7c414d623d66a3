#pragma once

#include <optional>
#include <vector>

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/GuessedRanges.h"
#include "codegen/lowering/OperatorLowering.h"

namespace basalt::codegen {

class ProjectionLowering final : public StepLowering {
 public:
  ProjectionLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), expressions_(builder, label()), guesses_(builder, label()) {}

  void consume(const Row& row) override;
  unsigned prefetchRounds() const override;
  Val<bool> prefetchPays(const Row& first, const Row& last, Val<std::uint64_t> count) override {
    return next()->prefetchPays(project(first), project(last), count);
  }
  void beginLookup(const Row& row, llvm::function_ref<void(Lookup)> then) override {
    next()->beginLookup(project(row), then);
  }
  Lookup prefetch(Lookup lookup, unsigned round) override { return next()->prefetch(lookup, round); }
  std::vector<Dismissal> dismissals(const VectorColumns& columns) override;
  bool takesBlocks(const VectorColumns& columns) override;
  Val<bool> consumeBlock(const RowBlock& block) override;

 private:
  const std::vector<ExpressionPointer>& expressions() const { return specOf<ProjectionSpec>().expressions; }
  Row project(const Row& row) { return project(row, expressions()); }
  Row project(const Row& row, const std::vector<ExpressionPointer>& expressions);
  /// What vector code makes of the expressions; nothing where one may fail, which every row has to be asked.
  std::optional<VectorColumns> project(const VectorColumns& columns);

  ExpressionLowering expressions_;
  /// What columns look like in blocks, and the expressions over them there.
  GuessedRanges guesses_;
  std::vector<ExpressionPointer> inBlocks_;
};

}  // namespace basalt::codegen
