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

KeyWords::KeyWords(const RowLayout& layout, const SortKeyLayout& keys, const VaryingBytes& varying) {
  std::uint32_t begin = 0;
  for (const SortKeyLayout::Key& key : keys.keys()) {
    if (key.type != PhysicalType::String) continue;
    const std::uint32_t end = key.valueOffset() + key.bytes;
    segments_.push_back(headSegment(begin, end, varying));
    begin = end;
    Segment text;
    text.kind = Segment::Kind::Text;
    text.column = layout.column(key.column).offset;
    text.descending = key.descending;
    text.nullable = key.nullable;
    text.nullOffset = key.offset;
    text.validByte = std::byte{key.validByte()};
    segments_.push_back(text);
  }
  segments_.push_back(headSegment(begin, keys.bytes(), varying));
}

KeyWords::Segment KeyWords::headSegment(std::uint32_t begin, std::uint32_t end, const VaryingBytes& varying) {
  Segment segment;
  for (std::uint32_t byte = begin; byte < end; ++byte) {
    if (!varying.differs(byte)) continue;
    if (segment.words.empty() || segment.words.back().count == kBytes) segment.words.emplace_back();
    HeadWord& word = segment.words.back();
    word.offsets[word.count++] = byte;
  }
  return segment;
}

void KeyWords::loadHead(const HeadWord& word, std::span<SortEntry> entries) noexcept {
  const std::span<const std::uint32_t> offsets = std::span(word.offsets).first(word.count);
  for (SortEntry& entry : entries) {
    entry.prefix = 0;
    if (word.liesTogether()) {
      // Rows have padding behind them, so that eight bytes may be read whatever the key has.
      std::memcpy(&entry.prefix, entry.row + offsets.front(), kBytes);
      entry.prefix = __builtin_bswap64(entry.prefix) >> (8 * (kBytes - word.count));
      continue;
    }
    for (const std::uint32_t offset : offsets) {
      entry.prefix = entry.prefix << 8 | std::to_integer<std::uint64_t>(entry.row[offset]);
    }
  }
}

bool KeyWords::loadText(const Segment& segment, std::uint32_t word, std::span<SortEntry> entries) noexcept {
  // All rows are NULL here, or none is: their heads are equal.
  if (segment.nullable && entries.front().row[segment.nullOffset] != segment.validByte) return false;
  const std::uint32_t offset = kernels::kSortKeyStringBytes + word * kBytes;
  const std::uint64_t mask = segment.descending ? ~std::uint64_t{0} : 0;
  std::uint32_t shortest = UINT32_MAX;
  std::uint32_t longest = 0;
  for (SortEntry& entry : entries) {
    const StringView text = textAt(entry.row, segment.column);
    shortest = std::min(shortest, text.size());
    longest = std::max(longest, text.size());
    entry.prefix = textWord(text.view(), offset) ^ mask;
  }
  if (longest > offset) return true;
  if (shortest == longest) return false;
  for (SortEntry& entry : entries) entry.prefix = textAt(entry.row, segment.column).size() ^ mask;
  return true;
}

bool KeyWords::load(std::span<SortEntry> entries, Place& place) const {
  for (; place.segment < segments_.size(); place = {place.segment + 1, 0}) {
    const Segment& segment = segments_[place.segment];
    if (segment.kind == Segment::Kind::Head) {
      if (place.word == segment.words.size()) continue;
      loadHead(segment.words[place.word], entries);
    } else if (!loadText(segment, place.word, entries)) {
      continue;
    }
    ++place.word;
    return true;
  }
  return false;
}

}  // namespace basalt
