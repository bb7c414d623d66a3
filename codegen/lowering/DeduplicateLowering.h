#pragma once

#include "codegen/lowering/GroupLowering.h"
#include "codegen/lowering/OperatorLowering.h"

namespace basalt::codegen {

/// Adds the groups that are new to a deduplication, and passes every row on.
class DeduplicateLowering final : public StepLowering {
 public:
  DeduplicateLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), groups_(builder, specOf<AggregationSpec>(), 0, label()) {}

  void setup() override { groups_.setup(step()); }
  void consume(const Row& row) override {
    groups_.find(groups_.keys(row));
    emitNext(row);
  }
  unsigned prefetchRounds() const override { return groups_.prefetchRounds(); }
  Val<bool> prefetchPays(const Row& first, const Row& last, Val<std::uint64_t> /*count*/) override {
    return groups_.prefetchPays(first, last);
  }
  void beginLookup(const Row& row, llvm::function_ref<void(Lookup)> then) override { then(groups_.lookup(row)); }
  Lookup prefetch(Lookup lookup, unsigned round) override { return groups_.prefetch(lookup, round); }

 private:
  GroupLowering groups_;
};

}  // namespace basalt::codegen
