#include "runtime/sort/KeyWords.h"

#include <algorithm>
#include <cstring>

#include "runtime/kernels/SortKey.h"
#include "runtime/types/StringView.h"

namespace basalt {

namespace {

StringView textAt(const std::byte* row, std::uint32_t offset) noexcept {
  StringView text{};
  std::memcpy(&text, row + offset, sizeof(text));
  return text;
}

/// The eight bytes of the text from `offset` on as a number, zeros behind its end.
std::uint64_t textWord(std::string_view text, std::uint32_t offset) noexcept {
  std::uint64_t word = 0;
  if (text.size() > offset) {
    std::memcpy(&word, text.data() + offset, std::min(sizeof(word), text.size() - offset));
  }
  return __builtin_bswap64(word);
}

}  // namespace

KeyWords::KeyWords(const RowLayout& layout, const SortKeyLayout& keys) {
  Segment head;
  for (const SortKeyLayout::Key& key : keys.keys()) {
    head.end = key.valueOffset() + key.bytes;
    if (key.type != PhysicalType::String) continue;
    segments_.push_back(head);
    Segment text;
    text.kind = Segment::Kind::Text;
    text.column = layout.column(key.column).offset;
    text.descending = key.descending;
    text.nullable = key.nullable;
    text.nullOffset = key.offset;
    text.validByte = std::byte{key.validByte()};
    segments_.push_back(text);
    head.begin = head.end;
  }
  if (head.end != head.begin) segments_.push_back(head);
}

std::uint64_t KeyWords::headWord(const Segment& segment, std::uint32_t offset, const std::byte* row) noexcept {
  const std::uint32_t begin = segment.begin + offset;
  const std::uint32_t count = std::min<std::uint32_t>(segment.end - begin, sizeof(std::uint64_t));
  // Rows have padding behind them, so that eight bytes may be read whatever the key has.
  std::uint64_t word = 0;
  std::memcpy(&word, row + begin, sizeof(word));
  return __builtin_bswap64(word) >> (8 * (sizeof(word) - count));
}

bool KeyWords::loadText(const Segment& segment, std::uint32_t offset, std::span<SortEntry> entries) noexcept {
  // All rows are NULL here, or none is: their heads are equal.
  if (segment.nullable && entries.front().row[segment.nullOffset] != segment.validByte) return false;
  const std::uint64_t mask = segment.descending ? ~std::uint64_t{0} : 0;
  std::uint32_t shortest = UINT32_MAX;
  std::uint32_t longest = 0;
  for (SortEntry& entry : entries) {
    const StringView text = textAt(entry.row, segment.column);
    shortest = std::min(shortest, text.size());
    longest = std::max(longest, text.size());
    entry.prefix = textWord(text.view(), kernels::kSortKeyStringBytes + offset) ^ mask;
  }
  if (longest > kernels::kSortKeyStringBytes + offset) return true;
  if (shortest == longest) return false;
  for (SortEntry& entry : entries) entry.prefix = textAt(entry.row, segment.column).size() ^ mask;
  return true;
}

bool KeyWords::load(std::span<SortEntry> entries, Place& place) const {
  for (; place.segment < segments_.size(); place = {place.segment + 1, 0}) {
    const Segment& segment = segments_[place.segment];
    if (segment.kind == Segment::Kind::Head) {
      if (place.offset >= segment.end - segment.begin) continue;
      for (SortEntry& entry : entries) entry.prefix = headWord(segment, place.offset, entry.row);
    } else if (!loadText(segment, place.offset, entries)) {
      continue;
    }
    place.offset += sizeof(std::uint64_t);
    return true;
  }
  return false;
}

}  // namespace basalt
