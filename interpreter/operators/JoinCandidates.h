#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/expression/ExpressionEvaluator.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/hashtable/JoinTable.h"
#include "runtime/memory/Buffer.h"

namespace basalt::interpreter {

/// Up to a batch of candidates of a join: pairs of a position in the probe's input batch and a build row, in input
/// order. Filtering drops candidates and moves the others together.
class JoinCandidates final : private ColumnProvider {
 public:
  JoinCandidates(const WorkerContext& context, const std::string& label, const JoinSpec& spec);

  void open(std::uint32_t capacity);
  void close() noexcept;
  void reset() noexcept {
    if (condition_) condition_->forgetPending();
  }
  std::uint64_t memoryEstimate() const noexcept;

  /// Positions refer to this batch from now on.
  void setInput(const Batch* input) noexcept { input_ = input; }
  std::uint32_t capacity() const noexcept { return capacity_; }
  std::uint32_t count() const noexcept { return count_; }
  void setCount(std::uint32_t count) noexcept { count_ = count; }
  std::uint32_t* positions() noexcept { return positions_.as<std::uint32_t>(); }
  const JoinRow** rows() noexcept { return rows_.as<const JoinRow*>(); }

  /// Drops those whose build row has other keys than the input row: `keys` are the input's, those before `first` are
  /// known to be equal.
  void keepEqualKeys(const std::vector<Vector>& keys, std::size_t first);
  /// The further condition, ready to be evaluated over the candidates; null pointer without one.
  ExpressionEvaluator* condition();
  /// Drops all but those at these indexes, which ascend.
  void keep(const RowSelection& kept);

  /// A column of the joined row for all candidates; valid until they change.
  Vector joinedColumn(std::uint32_t index) { return joinedColumn(index, count_); }

 private:
  template <typename Keep>
  void keepIf(Keep keep);
  /// A branch of the condition may want the column for other rows later, so it is gathered for all.
  Vector column(std::uint32_t index, const RowSelection& rows) override { return joinedColumn(index, rows.extent()); }
  Vector joinedColumn(std::uint32_t index, std::uint32_t count);

  const WorkerContext& context_;
  const JoinSpec& spec_;
  std::optional<ExpressionEvaluator> condition_;
  const Batch* input_ = nullptr;
  std::uint32_t capacity_ = 0;
  std::uint32_t count_ = 0;
  Buffer positions_;
  Buffer rows_;
  /// Memory per column of the joined row, made when first needed.
  std::vector<Vector> joinedColumns_;
};

/// Throws RowError(Cancelled) when the query is to stop: for loops that may take long over one input row.
void throwIfInterrupted(const WorkerContext& context);

}  // namespace basalt::interpreter
