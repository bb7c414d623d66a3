#include "runtime/sort/EntrySorter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include <boost/sort/pdqsort/pdqsort.hpp>

#include "runtime/ExecutionError.h"

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

/// How many bytes of the number are not 0.
std::size_t bytesIn(std::uint64_t number) noexcept {
  std::size_t bytes = 0;
  for (; number != 0; number >>= 8) bytes += (number & 0xff) != 0 ? 1 : 0;
  return bytes;
}

}  // namespace

void EntrySorter::sortByPrefix(std::span<SortEntry> entries) {
  std::uint64_t varying = 0;
  bool isSorted = true;
  for (std::size_t index = 1; index < entries.size(); ++index) {
    varying |= entries[index].prefix ^ entries[0].prefix;
    isSorted = isSorted && entries[index - 1].prefix <= entries[index].prefix;
  }
  if (isSorted) return;
  // Comparing takes a step for each bit of the count, of which a pass over all takes the place of about two.
  const auto steps = static_cast<std::size_t>(std::bit_width(entries.size()));
  if (entries.size() >= kLeastForBytes && bytesIn(varying) * 2 <= steps && sortByBytes(entries, varying)) return;
  // In place, so that nothing escapes the budget, or leaks when the comparison throws.
  boost::sort::pdqsort_branchless(entries.begin(), entries.end(),
                                  [this](const SortEntry& left, const SortEntry& right) {
                                    less_.check();
                                    return left.prefix < right.prefix;
                                  });
}

bool EntrySorter::sortByBytes(std::span<SortEntry> entries, std::uint64_t varying) {
  if (spare_.size() < entries.size()) {
    try {
      spare_.resize(entries.size());
    } catch (const ExecutionError&) {
      return false;
    }
  }
  std::span<SortEntry> source = entries;
  std::span<SortEntry> target = std::span(spare_).first(entries.size());
  for (std::uint32_t shift = 0; shift < 64; shift += 8) {
    if ((varying >> shift & 0xff) == 0) continue;
    const auto byteOf = [shift](const SortEntry& entry) { return entry.prefix >> shift & 0xff; };
    std::array<std::size_t, 256> places{};
    for (const SortEntry& entry : source) {
      less_.check();
      ++places[byteOf(entry)];
    }
    std::exclusive_scan(places.begin(), places.end(), places.begin(), std::size_t{0});
    for (const SortEntry& entry : source) target[places[byteOf(entry)]++] = entry;
    std::swap(source, target);
  }
  if (source.data() != entries.data()) std::ranges::copy(source, entries.begin());
  return true;
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
