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

std::vector<RowSegment> WindowState::segments() const {
  if (!staysUnsorted()) return {RowSegment::of(sorter_.sorted())};
  std::vector<RowSegment> segments;
  for (const RowCollection::Slice& share : shares_) segments.push_back(RowSegment::of(share));
  return segments;
}

std::size_t WindowState::partCount() const {
  if (staysUnsorted()) return shares_.size();
  const std::uint64_t rows = sorter_.sorted().size();
  // All rows are one partition, whose functions need it whole.
  if (spec_.partitionKeys == 0 && !spec_.aggregatesAllRows()) return rows == 0 ? 0 : 1;
  return (rows + kRowsPerPart - 1) / kRowsPerPart;
}

std::size_t WindowState::beginPhase(std::size_t phase) {
  if (phase < RowSorter::kPhases) return staysUnsorted() ? 0 : sorter_.beginPhase(phase);
  if (phase == kAggregate) {
    if (!spec_.aggregatesAllRows()) return 0;
    if (staysUnsorted()) shares_ = sorter_.slices(kRowsPerPart);
    beginTotals();
  } else if (spec_.aggregatesAllRows()) {
    for (const auto& total : totals_) total->unite();
  } else {
    strings_.resize(partCount());
  }
  return partCount();
}

void WindowState::runPart(std::size_t phase, std::size_t part, std::size_t /*worker*/) {
  if (phase < RowSorter::kPhases) return sorter_.runPart(phase, part);
  if (phase == kAggregate) return aggregate(part);
  spec_.aggregatesAllRows() ? storeTotals(part) : compute(part);
}

template <typename Visit>
void WindowState::visitShare(std::size_t part, const Visit& visit) {
  InterruptCheck check(interrupt_);
  WindowPartition share(spec_, budget_, check);
  RowAddresses addresses{RowAddresses::allocator_type(budget_)};
  if (staysUnsorted()) {
    addresses.resize(shares_[part].count);
    std::byte* row = shares_[part].rows;
    for (std::byte*& address : addresses) address = std::exchange(row, row + spec_.rows.layout.rowBytes());
    share.reset(addresses);
  } else {
    const std::span<std::byte* const> rows = sorter_.sorted();
    const std::size_t begin = part * kRowsPerPart;
    share.reset(rows.subspan(begin, std::min<std::size_t>(kRowsPerPart, rows.size() - begin)));
  }
  visit(share);
}

void WindowState::beginTotals() {
  strings_.push_back(std::make_unique<StringArena>(budget_));
  for (std::size_t index = 0; index < spec_.functions.size(); ++index) {
    const RowLayout::Column& result = spec_.rows.layout.column(spec_.resultColumn(index));
    totals_.push_back(std::make_unique<WindowTotal>(spec_, spec_.functions[index], result, budget_, *strings_.front()));
    totals_.back()->divide(partCount());
  }
}

void WindowState::aggregate(std::size_t part) {
  visitShare(part, [&](const WindowPartition& share) {
    for (const auto& total : totals_) total->aggregate(part, share);
  });
}

void WindowState::storeTotals(std::size_t part) {
  visitShare(part, [&](const WindowPartition& share) {
    for (const auto& total : totals_) total->store(share);
  });
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
