#include "runtime/storage/ColumnarTable.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/ExecutionError.h"
#include "runtime/kernels/StringCompare.h"
#include "runtime/storage/ColumnBuffer.h"
#include "runtime/storage/IntegerWidth.h"

namespace basalt {

static_assert(std::endian::native == std::endian::little, "the file format is read in place");

namespace {

using Kind = ColumnEncoding::Kind;

/// Whether `count + 1` offsets rise from 0 to `end`, in steps that fit a string's length.
bool areOffsets(const std::byte* bytes, std::uint64_t count, std::uint64_t end) noexcept {
  const auto* offsets = reinterpret_cast<const std::uint64_t*>(bytes);  // NOLINT: aligned by the format
  bool valid = offsets[0] == 0 && offsets[count] == end;
  for (std::uint64_t index = 0; index < count; ++index) {
    // Both in one: a step backwards wraps to a huge one.
    valid &= offsets[index + 1] - offsets[index] <= ColumnBuffer::kMaxStringBytes;
  }
  return valid;
}

template <typename Code>
std::uint64_t largest(const std::byte* bytes, std::uint64_t count) noexcept {
  const auto* codes = reinterpret_cast<const Code*>(bytes);  // NOLINT: aligned by the format
  Code result = 0;
  for (std::uint64_t index = 0; index < count; ++index) {
    result = std::max(result, codes[index]);
  }
  return result;
}

/// Whether numbers that count from a base lie within their chunk's bounds.
bool areWithin(const std::byte* bytes, std::uint64_t count, const ColumnEncoding& encoding, const ZoneMap& zone) {
  const Int128 base = baseOf(encoding, zone);
  const NumberBounds bounds = numberBounds(zone, encoding.unit).value_or(NumberBounds{0, 0});
  return withIntegerOfWidth(encoding.width, [&](auto zero) {
    using Number = decltype(zero);
    const auto* numbers = reinterpret_cast<const Number*>(bytes);  // NOLINT: aligned by the format
    const auto [least, most] = std::minmax_element(numbers, numbers + count);
    return bounds.least <= *least + base && *most + base <= bounds.most;
  });
}

std::string hexadecimal(std::uint64_t number) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t digit = 0; digit < 16; ++digit) {
    text[15 - digit] = kDigits[number >> (4 * digit) & 15];
  }
  return text;
}

}  // namespace

std::shared_ptr<const ColumnarTable> ColumnarTable::open(const std::filesystem::path& path) {
  return std::shared_ptr<const ColumnarTable>(new ColumnarTable(path));
}

ColumnarTable::ColumnarTable(const std::filesystem::path& path)
    : place_(path.string()), name_(path.stem().string()), file_(path) {
  readFooter();
  for (const tablefile::Column& column : footer_.columns) {
    schema_.append(column.field);
  }
  for (std::size_t column = 0; column < schema_.size(); ++column) columnZones_.push_back(Table::columnZone(column));
  dictionaries_ = std::make_unique<LoadedDictionary[]>(footer_.columns.size());
  checked_ = std::make_unique<std::atomic<bool>[]>(footer_.columns.size() * footer_.chunks.size());
}

void ColumnarTable::readFooter() {
  using tablefile::Trailer;
  if (file_.size() < tablefile::kHeaderBytes + tablefile::kPaddingBytes + sizeof(Trailer)) {
    fail("expected a table file, which has at least " +
         std::to_string(tablefile::kHeaderBytes + tablefile::kPaddingBytes + sizeof(Trailer)) + " bytes, found " +
         std::to_string(file_.size()));
  }
  std::uint64_t magic = 0;
  std::uint32_t version = 0;
  std::memcpy(&magic, file_.data(), sizeof(magic));
  std::memcpy(&version, file_.data() + sizeof(magic), sizeof(version));
  if (magic != tablefile::kMagic) {
    fail("expected a table file, which starts with BASALT01");
  }
  if (version != tablefile::kVersion) {
    fail("expected format version " + std::to_string(tablefile::kVersion) + ", found " + std::to_string(version));
  }
  Trailer trailer{};
  std::memcpy(&trailer, file_.data() + file_.size() - sizeof(Trailer), sizeof(Trailer));
  if (trailer.magic != tablefile::kMagic) {
    fail("expected the file to end with BASALT01; it was cut short or altered");
  }
  if (trailer.fileBytes != file_.size()) {
    fail("expected a file of " + std::to_string(trailer.fileBytes) + " bytes, found " + std::to_string(file_.size()));
  }
  const std::uint64_t footerEnd = file_.size() - sizeof(Trailer);
  if (trailer.footerOffset < tablefile::kHeaderBytes + tablefile::kPaddingBytes || trailer.footerOffset > footerEnd ||
      trailer.footerBytes != footerEnd - trailer.footerOffset) {
    fail("expected a footer between the data and the trailer, found one of " + std::to_string(trailer.footerBytes) +
         " bytes at byte " + std::to_string(trailer.footerOffset));
  }
  const std::span footer(file_.data() + trailer.footerOffset, trailer.footerBytes);
  if (const std::uint64_t found = tablefile::checksum(footer); found != trailer.footerChecksum) {
    fail("footer: expected checksum " + hexadecimal(trailer.footerChecksum) + ", found " + hexadecimal(found));
  }
  footer_ = tablefile::decodeFooter(footer, trailer.footerOffset - tablefile::kPaddingBytes, place_);
}

std::span<const StringView> ColumnarTable::dictionary(std::size_t column) const {
  if (encoding(column).kind != Kind::Dictionary) {
    return {};
  }
  LoadedDictionary& dictionary = dictionaries_[column];
  if (!dictionary.loaded.load(std::memory_order_acquire)) {
    const std::lock_guard lock(dictionary.mutex);
    if (!dictionary.loaded.load(std::memory_order_relaxed)) {
      loadDictionary(column);
      dictionary.loaded.store(true, std::memory_order_release);
    }
  }
  return dictionary.strings;
}

void ColumnarTable::loadDictionary(std::size_t column) const {
  const tablefile::Dictionary& stored = footer_.columns[column].dictionary;
  const std::byte* start = file_.data() + stored.offset;
  const std::string what = "dictionary of column " + schema_[column].name;
  if (const std::uint64_t found = tablefile::checksum({start, stored.totalBytes()}); found != stored.checksum) {
    fail(what + ": expected checksum " + hexadecimal(stored.checksum) + ", found " + hexadecimal(found));
  }
  if (!areOffsets(start, stored.strings, stored.heapBytes)) {
    fail(what + ": expected ascending offsets up to " + std::to_string(stored.heapBytes));
  }
  const auto* heap = reinterpret_cast<const char*>(start + stored.heapOffset());  // NOLINT
  std::vector<StringView> strings;
  strings.reserve(stored.strings);
  for (std::uint64_t code = 0; code < stored.strings; ++code) {
    strings.push_back(stringAt(start, heap, code));
    if (code != 0 && !kernels::lessString(strings[code - 1], strings[code])) {
      fail(what + ": expected ascending strings, found string " + std::to_string(code) + " out of order");
    }
  }
  dictionaries_[column].strings = std::move(strings);
}

void ColumnarTable::checkSegment(std::size_t chunk, std::size_t column) const {
  const tablefile::Segment& segment = footer_.chunks[chunk].segments[column];
  const std::uint64_t rows = footer_.chunks[chunk].rows;
  const ColumnEncoding encoding = footer_.columns[column].encoding;
  const std::byte* start = file_.data() + segment.offset;
  const std::byte* values = start + segment.layout.valuesOffset();
  const std::string what = "column " + schema_[column].name + ", chunk " + std::to_string(chunk);
  if (const std::uint64_t found = tablefile::checksum({start, segment.layout.totalBytes()});
      found != segment.checksum) {
    fail(what + ": expected checksum " + hexadecimal(segment.checksum) + ", found " + hexadecimal(found));
  }
  if (encoding.kind == Kind::Offsets && !areOffsets(values, rows, segment.layout.heapBytes)) {
    fail(what + ": expected ascending offsets up to " + std::to_string(segment.layout.heapBytes));
  }
  if (encoding.kind == Kind::Dictionary) {
    const std::uint64_t code =
        encoding.width == 1 ? largest<std::uint8_t>(values, rows) : largest<std::uint16_t>(values, rows);
    if (code >= footer_.columns[column].dictionary.strings) {
      fail(what + ": expected codes below " + std::to_string(footer_.columns[column].dictionary.strings) + ", found " +
           std::to_string(code));
    }
  }
  if (encoding.hasBase() && !areWithin(values, rows, encoding, segment.zone)) {
    fail(what + ": expected numbers between the bounds of its zone map");
  }
  if (schema_[column].type.id == TypeId::Boolean && largest<std::uint8_t>(values, rows) > 1) {
    fail(what + ": expected booleans of 0 or 1");
  }
}

ColumnSlice ColumnarTable::slice(std::size_t chunk, std::size_t column) const {
  // Two threads may both check a segment: harmless, and cheaper than to let one wait.
  std::atomic<bool>& checked = checked_[chunk * footer_.columns.size() + column];
  if (!checked.load(std::memory_order_acquire)) {
    checkSegment(chunk, column);
    checked.store(true, std::memory_order_release);
  }
  const tablefile::Segment& segment = footer_.chunks[chunk].segments[column];
  const StringView* strings = encoding(column).kind == Kind::Dictionary ? dictionary(column).data() : nullptr;
  return segment.layout.sliceAt(file_.data() + segment.offset, strings, baseOf(encoding(column), segment.zone));
}

void ColumnarTable::fail(const std::string& message) const {
  throw ExecutionError(ErrorCode::CorruptData, place_, message);
}

}  // namespace basalt
