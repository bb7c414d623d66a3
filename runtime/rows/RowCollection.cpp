#include "runtime/rows/RowCollection.h"

#include <algorithm>

#include "runtime/pipeline/ExportFailure.h"

namespace basalt {

RowCollection::RowCollection(RowLayout layout, std::shared_ptr<MemoryBudget> budget)
    : layout_(std::move(layout)), budget_(std::move(budget)), strings_(budget_) {
  appender_ = {nullptr, nullptr, layout_.rowBytes(), this};
}

std::byte* RowCollection::append() {
  if (appender_.next == appender_.end) addPage();
  std::byte* row = appender_.next;
  appender_.next += appender_.rowBytes;
  return row;
}

void RowCollection::addPage() {
  const std::size_t rowBytes = layout_.rowBytes();
  const std::size_t rows = std::max<std::size_t>(kPageBytes / rowBytes, 1);
  Buffer memory(budget_, std::max(kPageBytes, rowBytes));
  if (!pages_.empty()) pages_.back().rowCount = rows;
  appender_.next = memory.data();
  appender_.end = memory.data() + rows * rowBytes;
  pages_.push_back({std::move(memory), 0});
}

std::uint64_t RowCollection::rowCount() const noexcept {
  if (pages_.empty()) return 0;
  std::uint64_t count = 0;
  for (std::size_t page = 0; page + 1 < pages_.size(); ++page) count += pages_[page].rowCount;
  return count + static_cast<std::uint64_t>(appender_.next - pages_.back().memory.data()) / appender_.rowBytes;
}

const std::vector<RowCollection::Page>& RowCollection::pages() noexcept {
  if (!pages_.empty()) {
    pages_.back().rowCount =
        static_cast<std::uint64_t>(appender_.next - pages_.back().memory.data()) / appender_.rowBytes;
  }
  return pages_;
}

void RowCollection::collectRows(RowAddresses& target) {
  target.reserve(target.size() + rowCount());
  for (const Page& page : pages()) {
    std::byte* row = page.memory.data();
    for (std::uint64_t index = 0; index < page.rowCount; ++index, row += appender_.rowBytes) target.push_back(row);
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
