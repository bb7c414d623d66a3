#include "runtime/rows/RowCollection.h"

#include <algorithm>
#include <array>

#include "runtime/ExecutionError.h"
#include "runtime/pipeline/ExportFailure.h"

namespace basalt {

RowCollection::RowCollection(RowLayout layout, std::shared_ptr<MemoryBudget> budget)
    : layout_(std::move(layout)), budget_(std::move(budget)), strings_(budget_) {
  appender_ = {nullptr, nullptr, layout_.rowBytes(), this};
}

std::byte* RowCollection::nextRow() {
  if (appender_.next == appender_.end) addPage();
  return appender_.next;
}

std::byte* RowCollection::append() {
  std::byte* const row = nextRow();
  appender_.next += appender_.rowBytes;
  return row;
}

Buffer RowCollection::allocatePage() const {
  const std::size_t least = std::max<std::size_t>(kMinPageBytes, layout_.rowBytes());
  const std::size_t wanted = std::max(least, std::min(pageBytes_, kMaxPageBytes));
  if (wanted == least) return {budget_, least};
  try {
    return {budget_, wanted};
  } catch (const ExecutionError&) {
    // Near the budget's limit a small page may still fit.
    return {budget_, least};
  }
}

void RowCollection::addPage() {
  Buffer memory = allocatePage();
  const std::size_t rows = memory.size() / layout_.rowBytes();
  if (!pages_.empty()) pages_.back().rowCount = rowsOnLastPage();
  appender_.next = memory.data();
  appender_.end = memory.data() + rows * layout_.rowBytes();
  pageBytes_ += memory.size();
  pages_.push_back({std::move(memory), 0});
}

std::uint64_t RowCollection::rowsOnLastPage() const noexcept {
  return static_cast<std::uint64_t>(appender_.next - pages_.back().memory.data()) / appender_.rowBytes;
}

std::uint64_t RowCollection::rowCount() const noexcept {
  if (pages_.empty()) return 0;
  std::uint64_t count = rowsOnLastPage();
  for (std::size_t page = 0; page + 1 < pages_.size(); ++page) count += pages_[page].rowCount;
  return count;
}

std::vector<RowCollection::Slice> RowCollection::slices(std::uint64_t maxRows) const {
  std::vector<Slice> slices;
  for (const Page& page : pages_) {
    const std::uint64_t count = &page == &pages_.back() ? rowsOnLastPage() : page.rowCount;
    for (std::uint64_t first = 0; first < count; first += maxRows) {
      slices.push_back({page.memory.data() + first * appender_.rowBytes, std::min(maxRows, count - first)});
      if (count - first <= maxRows) break;
    }
  }
  return slices;
}

void RowCollection::collectRows(RowAddresses& target) const {
  target.reserve(target.size() + rowCount());
  // By way of the cache, so that the new memory is written once.
  std::array<std::byte*, 512> addresses;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
  for (const Slice& slice : slices(addresses.size())) {
    for (std::uint64_t index = 0; index < slice.count; ++index) {
      addresses[index] = slice.rows + index * appender_.rowBytes;
    }
    target.insert(target.end(), addresses.begin(), addresses.begin() + slice.count);
  }
}

std::byte* rowAppendOnNewPage(RowAppender* appender) noexcept {
  try {
    return appender->collection->append();
  } catch (...) {
    keepExportFailure(std::current_exception());
    return nullptr;
  }
}

bool rowStoreLongString(RowAppender* appender, StringView* target, StringView text) noexcept {
  try {
    *target = appender->collection->own(text);
    return true;
  } catch (...) {
    keepExportFailure(std::current_exception());
    return false;
  }
}

}  // namespace basalt
