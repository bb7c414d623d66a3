#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "interpreter/PhysicalOperator.h"
#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/rows/GroupReading.h"
#include "operators/state/SortedGroupState.h"
#include "runtime/memory/BudgetAllocator.h"

namespace basalt::interpreter {

/// Aggregates rows whose groups come one behind the other. Puts out the groups that are over; the one that may go on
/// stays in the state that the query keeps.
///
/// Per input batch: rows whose keys differ from those before them begin groups, each in a row of `begun_`; the states
/// of all groups are updated, one aggregate after the other; all groups but the last are put out, and the last becomes
/// the current one.
class SortAggregateOperator final : public PhysicalOperator {
 public:
  SortAggregateOperator(const WorkerContext& context, const AggregationSpec& spec,
                        const std::vector<std::uint32_t>& sites, SortedGroup* group,
                        std::unique_ptr<PhysicalOperator> input);

  std::size_t maxParallelism() const noexcept override { return 1; }

 protected:
  const Batch* doNextBatch() override;
  void doReset() override;
  std::uint64_t ownMemory() const noexcept override {
    return expressions_.memoryEstimate() + reading_.memoryEstimate() + begun_.size() + groupOf_.size();
  }

 private:
  struct Failure {
    ErrorCode code = ErrorCode::None;
    std::size_t aggregate = 0;
  };
  void throwPending();
  void evaluate(const Batch& input, RowSelection& rows);
  /// Sets differs_[i] where the i-th row begins a group.
  void findBeginnings(const RowSelection& rows);
  void compareWithPrevious(const Vector& key, const RowLayout::Column& column, const RowSelection& rows);
  /// Makes the groups that begin in this batch.
  void beginGroups(const RowSelection& rows);
  /// Updates all states; returns how many groups, from the first one on, no row after those updated belongs to.
  std::uint32_t update(const RowSelection& rows);

  const WorkerContext& context_;
  const AggregationSpec& spec_;
  const std::vector<std::uint32_t>& sites_;
  SortedGroup* group_;
  SortedGroupState& state_;
  ExpressionEvaluator expressions_;
  GroupReading reading_;
  std::vector<const AggregateLoops*> loops_;
  std::vector<Vector> keys_;
  /// Per aggregate; unused for count(*).
  std::vector<Vector> arguments_;
  /// Per selected row.
  BudgetedVector<std::uint8_t> differs_;
  /// Memory for the groups that begin in a batch.
  Buffer begun_;
  /// The groups of a batch in order: the current one, if it was open, and those that begin.
  BudgetedVector<std::byte*> groups_;
  BudgetedVector<std::uint32_t> beginnings_;
  /// The row of the group, per position.
  Buffer groupOf_;
  Failure pending_;
};

}  // namespace basalt::interpreter
