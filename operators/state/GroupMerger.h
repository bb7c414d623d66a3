#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "operators/spec/OperatorSpec.h"
#include "runtime/hashtable/GroupTable.h"
#include "runtime/rows/RowAddresses.h"
#include "runtime/rows/RowEquality.h"

namespace basalt {

/// Unites the groups of several workers. Each worker aggregates into its own LocalGroups; when no group can occur
/// twice, their rows are the result. Otherwise row addresses are scattered by hash into partitions, and the partitions
/// are merged independently, each into the first row of every group. Rows stay where they are. (Leis et al.,
/// "Morsel-Driven Parallelism", SIGMOD 2014, section 4.4.)
class GroupMerger {
 public:
  GroupMerger(const AggregationSpec& spec, std::size_t workers, std::shared_ptr<MemoryBudget> budget);

  /// One worker's groups, made on first use by that worker.
  LocalGroups& groups(std::size_t worker);

  /// First phase; returns its number of parts.
  std::size_t beginScatter();
  void scatter(std::size_t part);
  /// Second phase; returns its number of parts.
  std::size_t beginMerge();
  void merge(std::size_t partition);

  /// The addresses of all groups' rows, after the phases.
  std::span<const RowAddresses> groups() const noexcept { return merged_; }

 private:
  /// Partitions of more rows than fit a cache; below kRowsToPartition rows one partition is merged faster than many.
  static constexpr std::size_t kPartitions = 64;
  static constexpr std::uint64_t kRowsToPartition = 16384;
  /// Pages that one scatter part takes on: some 20,000 rows.
  static constexpr std::size_t kPagesPerPart = 16;

  /// A row with its hash beside it, so that merging looks at the row itself only where hashes meet.
  struct ScatteredRow {
    std::uint64_t hash;
    std::byte* row;
  };
  using ScatteredRows = BudgetedVector<ScatteredRow>;
  struct ScatterPart {
    std::span<const RowCollection::Page> pages;
    std::vector<ScatteredRows> partitions;
  };
  RowAddresses noAddresses() const { return RowAddresses(RowAddresses::allocator_type(budget_)); }
  void insertGroup(const std::vector<Value>& keys);
  void mergeStates(std::byte* target, const std::byte* source, StringArena& strings) const;

  const AggregationSpec& spec_;
  std::shared_ptr<MemoryBudget> budget_;
  RowEquality keysEqual_;
  std::vector<std::unique_ptr<LocalGroups>> workers_;
  std::size_t partitions_ = 1;
  std::vector<ScatterPart> scatterParts_;
  std::vector<RowAddresses> merged_;
  /// Per partition: the strings that merged states have taken over.
  std::vector<std::unique_ptr<StringArena>> strings_;
};

}  // namespace basalt
