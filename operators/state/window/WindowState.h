#pragma once

#include <memory>
#include <vector>

#include "operators/spec/WindowSpec.h"
#include "operators/state/BreakerState.h"
#include "operators/state/window/WindowTotal.h"
#include "runtime/memory/StringArena.h"
#include "runtime/sort/RowSorter.h"

namespace basalt {

/// Sorts the rows by partition and order keys, then computes the functions and writes their results into the rows: in
/// parts that take on as many partitions as begin in their share of the rows, or, where all rows are one partition and
/// its totals all that is asked for, in parts that each make a state, and then store what these come to together. Those
/// rows stay where they lie if they have no keys to be sorted by.
class WindowState final : public BreakerState {
 public:
  WindowState(const WindowSpec& spec, std::size_t workers, std::shared_ptr<MemoryBudget> budget);

  void* worker(std::size_t worker) override { return sorter_.rows(worker).appender(); }
  std::size_t phaseCount() const override { return RowSorter::kPhases + 2; }
  std::size_t beginPhase(std::size_t phase) override;
  void runPart(std::size_t phase, std::size_t part, std::size_t worker) override;
  void setInterrupt(const std::uint32_t* word) override;
  std::vector<RowSegment> segments() const override;

 private:
  static constexpr std::uint64_t kRowsPerPart = 16384;

  enum Phase : std::size_t { kAggregate = RowSorter::kPhases, kCompute };

  bool staysUnsorted() const noexcept { return spec_.aggregatesAllRows() && spec_.rows.keys.keys().empty(); }
  std::size_t partCount() const;
  /// The rows of a part where all rows are one partition that is shared.
  template <typename Visit>
  void visitShare(std::size_t part, const Visit& visit);
  void beginTotals();
  void aggregate(std::size_t part);
  void storeTotals(std::size_t part);
  bool beginsPartition(std::uint64_t row) const;
  void compute(std::size_t part);

  const WindowSpec& spec_;
  std::shared_ptr<MemoryBudget> budget_;
  RowSorter sorter_;
  /// By part, of rows that stay unsorted.
  std::vector<RowCollection::Slice> shares_;
  /// The leading part of the rows' keys.
  SortKeyLayout partitionKeys_;
  /// Per part of the last phase, or once for all totals: strings of results.
  std::vector<std::unique_ptr<StringArena>> strings_;
  /// Where spec_.aggregatesAllRows(): by function.
  std::vector<std::unique_ptr<WindowTotal>> totals_;
  const std::uint32_t* interrupt_ = nullptr;
};

}  // namespace basalt
