#pragma once

#include <optional>
#include <vector>

#include "codegen/lowering/BlockAggregation.h"
#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/GroupLowering.h"
#include "codegen/lowering/OperatorLowering.h"

namespace basalt::codegen {

/// Finds or makes each row's group in the worker's table and updates the states of those of the group's aggregates that
/// this input of the aggregation updates.
///
/// Without keys there is one group, found in the setup. Its states are copied to the stack, where LLVM turns them into
/// registers, and are copied back whatever way the function is left.
class AggregateLowering final : public StepLowering {
 public:
  AggregateLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step),
        spec_(specOf<AggregationSpec>()),
        expressions_(builder, label()),
        groups_(builder, spec_, builder.pipeline().steps[step].input, label()),
        updated_(updatedBy(spec_, builder.pipeline().steps[step].input)),
        blocks_(builder, spec_, updated_, groups_, label()) {}

  void setup() override;
  void consume(const Row& row) override;
  void finish() override;
  unsigned prefetchRounds() const override { return groups_.prefetchRounds(); }
  Val<bool> prefetchPays(const Row& first, const Row& last, Val<std::uint64_t> /*count*/) override {
    return groups_.prefetchPays(first, last);
  }
  void beginLookup(const Row& row, llvm::function_ref<void(Lookup)> then) override { then(groups_.lookup(row)); }
  Lookup prefetch(Lookup lookup, unsigned round) override { return groups_.prefetch(lookup, round); }
  bool takesBlocks(const VectorColumns& columns) override {
    return groups_.takesRuns(columns) || blocks_.takes(columns);
  }
  Val<bool> consumeBlock(const RowBlock& block) override;

 private:
  static std::vector<std::size_t> updatedBy(const AggregationSpec& spec, std::uint32_t input) {
    std::vector<std::size_t> aggregates;
    for (std::size_t index = 0; index < spec.aggregates.size(); ++index) {
      if (spec.aggregates[index].input == input) aggregates.push_back(index);
    }
    return aggregates;
  }
  void loadSingleGroup();
  /// What the aggregates are updated with from a row.
  std::vector<std::optional<SqlValue>> arguments(const Row& row);
  Val<bool> consumeInRun(const RowBlock& block);
  void updateGroup(Val<std::byte*> group, std::span<const std::optional<SqlValue>> arguments);
  void update(std::size_t aggregate, Val<std::byte*> state, const std::optional<SqlValue>& argument);

  const AggregationSpec& spec_;
  ExpressionLowering expressions_;
  GroupLowering groups_;
  /// The aggregates that this input updates.
  std::vector<std::size_t> updated_;
  BlockAggregation blocks_;
  /// The single group's row, and copies of the states that are updated.
  std::optional<Val<std::byte*>> single_;
  std::vector<Val<std::byte*>> states_;
};

}  // namespace basalt::codegen
