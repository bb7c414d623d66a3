#include "runtime/sort/EntrySorter.h"

#include <algorithm>

#include <boost/sort/pdqsort/pdqsort.hpp>

namespace basalt {

namespace {

/// Calls `visit` for each run of two and more entries with equal prefixes.
template <typename Visit>
void forEachRun(std::span<SortEntry> entries, Visit visit) {
  for (std::size_t begin = 0; begin < entries.size();) {
    std::size_t end = begin + 1;
    while (end < entries.size() && entries[end].prefix == entries[begin].prefix) ++end;
    if (end - begin > 1) visit(entries.subspan(begin, end - begin));
    begin = end;
  }
}

}  // namespace

void EntrySorter::sortByPrefix(std::span<SortEntry> entries) {
  // In place, so that nothing escapes the budget, or leaks when the comparison throws.
  boost::sort::pdqsort(entries.begin(), entries.end(), [this](const SortEntry& left, const SortEntry& right) {
    less_.check();
    return left.prefix < right.prefix;
  });
}

void EntrySorter::sort(std::span<SortEntry> entries) {
  Place place;
  if (entries.empty() || !words_.load(entries, place)) return;
  sortByPrefix(entries);
  forEachRun(entries, [&](std::span<SortEntry> run) {
    // A copy: merging wants the first prefixes.
    run_.assign(run.begin(), run.end());
    refine(run_, place, 1);
    std::ranges::transform(run_, run, run.begin(), [](const SortEntry& sorted, const SortEntry& old) {
      return SortEntry{old.prefix, sorted.row};
    });
  });
}

void EntrySorter::refine(std::span<SortEntry> run, Place place, std::size_t depth) {
  // Rows that agree in these bytes as well go round, and need no depth.
  for (bool differ = false; !differ;) {
    less_.check();
    if (run.size() <= kFew || depth == kMaxDepth || !words_.load(run, place)) {
      boost::sort::pdqsort(run.begin(), run.end(), [this](const SortEntry& left, const SortEntry& right) {
        return less_(left.row, right.row);
      });
      return;
    }
    differ = std::ranges::any_of(run, [&](const SortEntry& entry) { return entry.prefix != run.front().prefix; });
  }
  sortByPrefix(run);
  forEachRun(run, [&](std::span<SortEntry> equal) { refine(equal, place, depth + 1); });
}

}  // namespace basalt
