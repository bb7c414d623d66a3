#pragma once

#include <memory>
#include <span>

#include "runtime/memory/BudgetAllocator.h"
#include "runtime/sort/InterruptibleRowLess.h"
#include "runtime/sort/KeyWords.h"

namespace basalt {

/// Sorts entries by 8 bytes of their keys at a time: all by the first, each run of equal ones by the next, and so on,
/// so that a row is looked at once for 8 bytes and not in every comparison. (Bentley, Sedgewick: "Fast Algorithms for
/// Sorting and Searching Strings", SODA 1997; with bytes of the key cached beside each row as in Sinha, Zobel,
/// "Cache-Conscious Sorting of Large Sets of Strings with Dynamic Tries", 2004.)
class EntrySorter {
 public:
  EntrySorter(KeyWords words, InterruptibleRowLess less, const std::shared_ptr<MemoryBudget>& budget)
      : words_(std::move(words)),
        less_(less),
        run_(BudgetAllocator<SortEntry>(budget)),
        spare_(BudgetAllocator<SortEntry>(budget)) {}

  /// Sorts by whole keys. Prefixes need not be set; then they are the keys' first bytes. Throws
  /// ExecutionError(Cancelled, OutOfMemory).
  void sort(std::span<SortEntry> entries);

 private:
  using Place = KeyWords::Place;
  /// So few rows are compared as a whole.
  static constexpr std::size_t kFew = 6;
  /// Keys that agree in so many bytes are compared as a whole from there on.
  static constexpr std::size_t kMaxDepth = 64;

  /// Fewer are sorted faster by comparing them.
  static constexpr std::size_t kLeastForBytes = 256;

  void sortByPrefix(std::span<SortEntry> entries);
  /// Sorts by those bytes of the prefixes that have a bit in `varying`, the last one first: a pass for each, which
  /// depends on no comparison. Returns false, and does nothing, when there is no memory for it.
  bool sortByBytes(std::span<SortEntry> entries, std::uint64_t varying);
  /// Sorts rows that are equal up to `place`; changes their prefixes.
  void refine(std::span<SortEntry> run, Place place, std::size_t depth);

  KeyWords words_;
  InterruptibleRowLess less_;
  BudgetedVector<SortEntry> run_;
  /// Where passes by bytes put the entries.
  BudgetedVector<SortEntry> spare_;
};

}  // namespace basalt
