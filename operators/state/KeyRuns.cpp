#include "operators/state/KeyRuns.h"

#include <algorithm>
#include <cstring>
#include <ranges>
#include <utility>

#include "runtime/storage/IntegerWidth.h"

namespace basalt {

template <typename Visit>
auto KeyRuns::withWords(Visit visit) const {
  const RowLayout::Column& column = layout_.column(0);
  return withIntegerOfWidth(static_cast<std::uint8_t>(byteSize(column.type)), [&]<typename Key>(Key) {
    return visit([offset = column.offset](const std::byte* row) {
      Key key;
      std::memcpy(&key, row + offset, sizeof(key));
      return static_cast<std::uint64_t>(key) + (std::uint64_t{1} << 63);
    });
  });
}

bool KeyRuns::canOrder(const RowLayout& layout) {
  const RowLayout::Column& column = layout.column(0);
  return !column.nullable && column.type >= PhysicalType::Int8 && column.type <= PhysicalType::Int64;
}

std::vector<KeyRun> KeyRuns::find(const RowCollection::Slice& rows, std::size_t part) const {
  std::vector<KeyRun> runs;
  withWords([&](auto wordOf) {
    std::byte* row = rows.rows;
    for (std::uint64_t count = rows.count; count != 0; --count, row += layout_.rowBytes()) {
      const std::uint64_t word = wordOf(row);
      if (!runs.empty() && word > runs.back().last) {
        runs.back().last = word;
        runs.back().lastRow = row;
        continue;
      }
      if (runs.size() == kMostRuns) return runs.clear();
      runs.push_back({.first = word, .last = word, .firstRow = row, .lastRow = row, .part = part});
    }
  });
  return runs;
}

KeyRun KeyRuns::split(KeyRun& run, std::uint64_t word) const {
  const std::uint64_t rowBytes = layout_.rowBytes();
  return withWords([&](auto wordOf) {
    const auto count = static_cast<std::uint64_t>(run.lastRow - run.firstRow) / rowBytes + 1;
    const auto wordAt = [&](std::uint64_t index) { return wordOf(run.firstRow + index * rowBytes); };
    const std::uint64_t index = *std::ranges::lower_bound(std::views::iota(std::uint64_t{1}, count), word, {}, wordAt);
    KeyRun rest = run;
    rest.first = wordAt(index);
    run.last = wordAt(index - 1);
    rest.firstRow += index * rowBytes;
    run.lastRow = rest.firstRow - rowBytes;
    return rest;
  });
}

bool KeyRuns::separate(std::vector<KeyRun>& runs) const {
  const auto order = [](const KeyRun& run) { return std::pair(run.first, run.last); };
  std::ranges::sort(runs, {}, order);
  std::size_t splits = 0;
  for (std::size_t index = 1; index < runs.size(); ++index) {
    KeyRun& run = runs[index - 1];
    KeyRun& next = runs[index];
    if (next.first >= run.last) continue;
    if (splits++ == kMostSplits) return false;
    KeyRun rest;
    if (next.first > run.first) {
      rest = split(run, next.first);
    } else {
      // The first group, which both have, comes before all others.
      rest = split(next, next.first + 1);
      std::swap(run, next);
    }
    const auto behind = runs.begin() + static_cast<std::ptrdiff_t>(index);
    runs.insert(std::ranges::lower_bound(behind, runs.end(), order(rest), {}, order), rest);
  }
  return true;
}

}  // namespace basalt
