#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "runtime/memory/BudgetAllocator.h"
#include "runtime/rows/RowCollection.h"
#include "runtime/sort/InterruptibleRowLess.h"
#include "runtime/sort/KeyWords.h"
#include "runtime/sort/SortKeyLayout.h"
#include "runtime/sort/VaryingBytes.h"

namespace basalt {

/// Sorts the rows of several workers: once it is known which bytes of their keys differ, they become sorted runs of
/// addresses, one per worker or more where a few have most of the rows, and the runs are merged. Rows with equal keys
/// come in any order, unless the sorter is stable and one worker has all rows.
class RowSorter {
 public:
  /// `stable`: rows with equal keys keep their order; headers have 8 bytes behind the key, aligned, for their numbers.
  RowSorter(RowLayout layout, SortKeyLayout keys, std::size_t workers, std::shared_ptr<MemoryBudget> budget,
            bool stable = false);

  /// The rows of one worker, their heads holding the normalised key. Made on first use, by that worker.
  RowCollection& rows(std::size_t worker);
  /// All rows as they were appended, worker by worker, in slices of at most `maxRows`: for who needs no order.
  std::vector<RowCollection::Slice> slices(std::uint64_t maxRows) const;
  /// Sorting and merging throw ExecutionError(Cancelled) when this word is not 0.
  void setInterrupt(const std::uint32_t* word) noexcept { interrupt_ = word; }
  /// Sorting goes in phases: each is begun once, then its parts run, on any number of threads. What beginPhase()
  /// returns is their number, maybe 0.
  static constexpr std::size_t kPhases = 3;
  std::size_t beginPhase(std::size_t phase);
  void runPart(std::size_t phase, std::size_t part);
  /// The addresses of all rows in order, after the phases. They live as long as this object.
  const RowAddresses& sorted() const noexcept { return merged_; }

 private:
  enum Phase : std::uint8_t { kMeasureKeys, kSortRuns, kMergeRuns };

  struct Run {
    std::vector<RowCollection::Slice> rows;
    VaryingBytes varying;
    /// Rows of the same worker before them.
    std::uint64_t firstNumber = 0;
    BudgetedVector<SortEntry> order;
  };
  std::size_t beginMeasure();
  std::size_t beginSort();
  std::size_t beginMerge();
  /// Each measures the keys of a run.
  void measureKeys(std::size_t run);
  /// Each sorts a run.
  void sortRun(std::size_t run);
  /// Each merges the rows between two keys.
  void merge(std::size_t part);
  /// Divides one worker's rows into runs of about as many rows as `wanted`.
  void addRuns(const RowCollection& rows, std::uint64_t wanted);
  /// A stretch of a sorted run.
  using Stretch = std::span<const SortEntry>;
  struct MergePart {
    /// One of each run.
    std::vector<Stretch> stretches;
    /// Where the part's rows begin in the result.
    std::size_t offset = 0;
  };
  /// Fewer rows are sorted, and fewer are merged, faster by one thread.
  static constexpr std::uint64_t kLeastRowsPerRun = 4096;
  static constexpr std::size_t kRowsPerMerge = 4096;
  static constexpr std::size_t kMaxMergeParts = 64;
  BudgetedVector<SortEntry> noEntries() const { return BudgetedVector<SortEntry>(BudgetAllocator<SortEntry>(budget_)); }

  std::uint64_t rowCount() const noexcept;
  /// Without keys.
  bool anyOrderWillDo() const noexcept {
    return keys_.keys().empty() && numberOffset_ == InterruptibleRowLess::kNoNumber;
  }
  InterruptibleRowLess rowLess() const noexcept { return {layout_, keys_, interrupt_, numberOffset_}; }

  RowLayout layout_;
  SortKeyLayout keys_;
  /// Where a row's number lies, when the sorter is stable.
  std::uint32_t numberOffset_;
  std::shared_ptr<MemoryBudget> budget_;
  /// By worker.
  std::vector<std::unique_ptr<RowCollection>> rows_;
  std::vector<Run> runs_;
  /// Once all runs have been measured.
  std::optional<KeyWords> words_;
  std::vector<MergePart> mergeParts_;
  RowAddresses merged_;
  const std::uint32_t* interrupt_ = nullptr;
};

}  // namespace basalt
