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

/// Unites the groups of several workers. Each worker aggregates into its own LocalGroups; when no group can occur twice, their rows
/// are the result. Otherwise row addresses are scattered by hash into partitions, and the partitions are merged independently, each
/// into the first row of every group. Rows stay where they are.
/// (Leis et al., "Morsel-Driven Parallelism", SIGMOD 2014, section 4.4.)
class GroupMerger {
 public:
  GroupMerger(const HashAggregationSpec& spec, std::size_t workers, std::shared_ptr<MemoryBudget> budget);

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
  static constexpr std::size_t kPartitionBits = 6;
  static constexpr std::size_t kPartitions = std::size_t{1} << kPartitionBits;
  /// Pages that one scatter part takes on: some 20,000 rows.
  static constexpr std::size_t kPagesPerPart = 16;

  struct ScatterPart {
    std::span<const RowCollection::Page> pages;
    std::vector<RowAddresses> partitions;
  };
  RowAddresses noAddresses() const { return RowAddresses(RowAddresses::allocator_type(budget_)); }
  void insertEmptyGroup();
  void mergeStates(std::byte* target, const std::byte* source) const;

  const HashAggregationSpec& spec_;
  std::shared_ptr<MemoryBudget> budget_;
  RowEquality keysEqual_;
  std::vector<std::unique_ptr<LocalGroups>> workers_;
  std::vector<ScatterPart> scatterParts_;
  std::vector<RowAddresses> merged_;
};

}  // namespace basalt
