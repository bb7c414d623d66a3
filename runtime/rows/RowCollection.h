#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/Annotations.h"
#include "runtime/memory/Buffer.h"
#include "runtime/memory/StringArena.h"
#include "runtime/rows/RowAddresses.h"
#include "runtime/rows/RowLayout.h"

namespace basalt {

class RowCollection;

/// The part of a RowCollection that generated code works on: where the next row goes.
struct BASALT_SHARED RowAppender {
  std::byte* next;
  /// One past the last byte on the current page that a whole row may use.
  std::byte* end;
  std::uint64_t rowBytes;
  /// The collection behind it.
  RowCollection* collection;
};

/// Materialised rows of one layout, on pages charged to a budget, with the bytes of their long strings. Rows keep their
/// addresses until the collection ends. One writer at a time.
class RowCollection {
 public:
  /// Rows that lie one behind the other.
  struct Slice {
    std::byte* rows = nullptr;
    std::uint64_t count = 0;
  };

  RowCollection(RowLayout layout, std::shared_ptr<MemoryBudget> budget);
  RowCollection(const RowCollection&) = delete;
  RowCollection& operator=(const RowCollection&) = delete;

  const RowLayout& layout() const noexcept { return layout_; }
  RowAppender* appender() noexcept { return &appender_; }
  /// An uninitialised row; throws ExecutionError(OutOfMemory).
  std::byte* append();
  /// Where the next row will lie; throws ExecutionError(OutOfMemory).
  std::byte* nextRow();
  /// A handle whose bytes this collection owns; throws ExecutionError(OutOfMemory).
  StringView own(StringView text) { return strings_.copy(text); }
  StringArena& strings() noexcept { return strings_; }

  std::uint64_t rowCount() const noexcept;
  /// The row that was appended first, or null pointer.
  std::byte* first() const noexcept { return pages_.empty() ? nullptr : pages_.front().memory.data(); }
  /// All rows, in order of appending, in slices of at most `maxRows`.
  std::vector<Slice> slices(std::uint64_t maxRows = UINT64_MAX) const;
  /// Appends the address of every row to `target`, in order of appending.
  void collectRows(RowAddresses& target) const;

  /// Starts a new page; called by appends that do not fit. Throws ExecutionError(OutOfMemory).
  void addPage();

 private:
  /// Pages grow with the collection, up to huge ones: little is wasted on a few rows, and many lie close together.
  static constexpr std::size_t kMinPageBytes = std::size_t{64} * 1024;
  static constexpr std::size_t kMaxPageBytes = SystemMemory::kHugePage - Buffer::kPadding;

  struct Page {
    Buffer memory;
    /// Rows on it, once it is full.
    std::uint64_t rowCount = 0;
  };
  Buffer allocatePage() const;
  std::uint64_t rowsOnLastPage() const noexcept;

  RowLayout layout_;
  std::shared_ptr<MemoryBudget> budget_;
  RowAppender appender_{};
  std::vector<Page> pages_;
  /// Of all pages.
  std::size_t pageBytes_ = 0;
  StringArena strings_;
};

/// Appends a row on a fresh page; null when memory ran out.
BASALT_EXPORT std::byte* rowAppendOnNewPage(RowAppender* appender) noexcept;

/// Appends an uninitialised row; null when memory ran out.
BASALT_PRELUDE inline std::byte* rowAppend(RowAppender* appender) noexcept {
  if (appender->next != appender->end) [[likely]] {
    std::byte* row = appender->next;
    appender->next += appender->rowBytes;
    return row;
  }
  return rowAppendOnNewPage(appender);
}

// Asking ahead for the memory of a row of `rowBytes`, at any address: rows do not begin where cache lines do, and many
// a short one lies on two. There need not be a row: a slot may hold a null pointer, to which nothing may be added.

inline const void* rowLastByte(const void* row, std::uint64_t rowBytes) noexcept {
  return reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(row) + rowBytes - 1);  // NOLINT
}
BASALT_PRELUDE inline void rowPrefetchToRead(const void* row, std::uint64_t rowBytes) noexcept {
  __builtin_prefetch(row, 0, 2);
  __builtin_prefetch(rowLastByte(row, rowBytes), 0, 2);
}
BASALT_PRELUDE inline void rowPrefetchToWrite(const void* row, std::uint64_t rowBytes) noexcept {
  __builtin_prefetch(row, 1, 2);
  __builtin_prefetch(rowLastByte(row, rowBytes), 1, 2);
}

/// Stores `text` at `target`, its long form copied into the collection; false when memory ran out.
BASALT_EXPORT bool rowStoreLongString(RowAppender* appender, StringView* target, StringView text) noexcept;
BASALT_PRELUDE inline bool rowStoreString(RowAppender* appender, StringView* target, StringView text) noexcept {
  if (text.isInline()) [[likely]] {
    *target = text;
    return true;
  }
  return rowStoreLongString(appender, target, text);
}

}  // namespace basalt
