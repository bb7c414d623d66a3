#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/rows/RowCollection.h"
#include "runtime/rows/RowLayout.h"

namespace basalt {

/// Rows that lie one behind the other in ascending order of a number or a key: a word in the same order. Only their
/// ends need be looked at to see that no two runs have groups in common, but where one ends and the next one begins.
struct KeyRun {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::byte* firstRow = nullptr;
  std::byte* lastRow = nullptr;
  /// In which of the owner's parts the rows are.
  std::size_t part = 0;
};

/// Finds runs of rows by their first column, an integer: a table that is clustered by it leaves few.
class KeyRuns {
 public:
  /// The layout must outlive this object.
  explicit KeyRuns(const RowLayout& layout) : layout_(layout) {}

  /// Whether the first column can be put in the order of words: an integer of 8 bytes at most that is never NULL.
  static bool canOrder(const RowLayout& layout);
  /// The runs in which all these rows lie; none where there are many, as of rows in no order.
  std::vector<KeyRun> find(const RowCollection::Slice& rows, std::size_t part) const;
  /// Puts runs in order, so that none begins before the one in front of it ends; false where that takes too much. A
  /// worker that took what another one had not begun, and then went on behind that one, has left a gap in its run where
  /// the other's lies: such runs are split.
  bool separate(std::vector<KeyRun>& runs) const;

 private:
  static constexpr std::size_t kMostRuns = 16;
  /// Workers take from each other towards the end of a table, a few times each.
  static constexpr std::size_t kMostSplits = 256;

  /// Cuts off the rows of a run that follow on its first one and have this key or a larger one; there are some.
  KeyRun split(KeyRun& run, std::uint64_t word) const;
  /// Calls visit(wordOf), with the function that gives a row's word.
  template <typename Visit>
  auto withWords(Visit visit) const;

  const RowLayout& layout_;
};

}  // namespace basalt
