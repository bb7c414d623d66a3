#include "operators/state/window/WindowState.h"

#include <algorithm>
#include <utility>

#include "operators/state/window/WindowFunction.h"

namespace basalt {
namespace {

SortKeyLayout leadingKeys(const SortKeyLayout& keys, std::size_t count) {
  const auto leading = keys.keys().first(count);
  return SortKeyLayout(std::vector<SortKeyLayout::Key>(leading.begin(), leading.end()));
}

}  // namespace

WindowState::WindowState(const WindowSpec& spec, std::size_t workers, std::shared_ptr<MemoryBudget> budget)
    : spec_(spec),
      budget_(std::move(budget)),
      sorter_(spec.rows.layout, spec.rows.keys, workers, budget_),
      partitionKeys_(leadingKeys(spec.rows.keys, spec.partitionKeys)) {}

void WindowState::setInterrupt(const std::uint32_t* word) {
  interrupt_ = word;
  sorter_.setInterrupt(word);
}

std::size_t WindowState::partCount() const {
  const std::uint64_t rows = sorter_.sorted().size();
  // All rows are one partition.
  if (spec_.partitionKeys == 0) return rows == 0 ? 0 : 1;
  return (rows + kRowsPerPart - 1) / kRowsPerPart;
}

std::size_t WindowState::beginPhase(std::size_t phase) {
  if (phase < RowSorter::kPhases) return sorter_.beginPhase(phase);
  strings_.resize(partCount());
  return strings_.size();
}

void WindowState::runPart(std::size_t phase, std::size_t part, std::size_t /*worker*/) {
  phase < RowSorter::kPhases ? sorter_.runPart(phase, part) : compute(part);
}

bool WindowState::beginsPartition(std::uint64_t row) const {
  if (row == 0) return true;
  if (spec_.partitionKeys == 0) return false;
  const RowAddresses& rows = sorter_.sorted();
  return partitionKeys_.compare(spec_.rows.layout, rows[row - 1], rows[row]) != 0;
}

void WindowState::compute(std::size_t part) {
  const std::span<std::byte* const> rows = sorter_.sorted();
  InterruptCheck check(interrupt_);
  const std::uint64_t shareBegin = part * kRowsPerPart;
  const std::uint64_t shareEnd =
      spec_.partitionKeys == 0 ? rows.size() : std::min(shareBegin + kRowsPerPart, rows.size());
  std::uint64_t begin = shareBegin;
  while (begin < shareEnd && !beginsPartition(begin)) {
    check();
    ++begin;
  }
  if (begin == shareEnd) return;

  strings_[part] = std::make_unique<StringArena>(budget_);
  std::vector<std::unique_ptr<WindowFunction>> functions;
  for (std::size_t index = 0; index < spec_.functions.size(); ++index) {
    functions.push_back(makeWindowFunction(spec_, index, budget_, *strings_[part]));
  }
  WindowPartition partition(spec_, budget_, check);
  while (begin < shareEnd) {
    std::uint64_t end = spec_.partitionKeys == 0 ? rows.size() : begin + 1;
    while (end < rows.size() && !beginsPartition(end)) {
      check();
      ++end;
    }
    partition.reset(rows.subspan(begin, end - begin));
    for (const auto& function : functions) function->compute(partition);
    begin = end;
  }
}

}  // namespace basalt
