#include "runtime/storage/TableFile.h"

#include <bit>
#include <cstring>
#include <type_traits>

#include <xxhash.h>

#include "runtime/ExecutionError.h"
#include "runtime/storage/ColumnBuffer.h"
#include "runtime/storage/TableBuilder.h"

namespace basalt::tablefile {

namespace {

using Kind = ColumnEncoding::Kind;

class Writer {
 public:
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  void put(T value) {
    const std::size_t at = bytes.size();
    bytes.resize(at + sizeof(T));
    std::memcpy(bytes.data() + at, &value, sizeof(T));
  }
  void putText(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());  // NOLINT
    bytes.insert(bytes.end(), begin, begin + text.size());
  }
  void putValue(const std::optional<Value>& value) {
    put(static_cast<std::uint8_t>(value.has_value()));
    if (!value) {
      return;
    }
    if (value->type().isString()) {
      return putText(value->asString());
    }
    std::byte physical[16] = {};
    value->store(physical);
    bytes.insert(bytes.end(), physical, physical + byteSize(value->type().physical()));
  }

  std::vector<std::byte> bytes;
};

class Reader {
 public:
  Reader(std::span<const std::byte> bytes, const std::string& place) : rest_(bytes), place_(place) {}

  [[noreturn]] void fail(const std::string& message) const {
    throw ExecutionError(ErrorCode::CorruptData, place_, "footer: " + message);
  }
  /// `expected`: text, or what makes it: a footer has a great many things to check, few of which are wrong.
  template <typename Expected>
  void require(bool condition, const Expected& expected) const {
    if (condition) return;
    if constexpr (std::is_invocable_v<Expected>) {
      fail("expected " + expected());
    } else {
      fail(std::string("expected ") + expected);
    }
  }
  std::span<const std::byte> takeBytes(std::uint64_t count) {
    require(count <= rest_.size(), "more bytes than there are");
    const auto bytes = rest_.first(count);
    rest_ = rest_.subspan(count);
    return bytes;
  }
  template <typename T>
  T take() {
    T value;
    std::memcpy(&value, takeBytes(sizeof(T)).data(), sizeof(T));
    return value;
  }
  bool takeFlag() {
    const auto flag = take<std::uint8_t>();
    require(flag <= 1, "a flag of 0 or 1");
    return flag == 1;
  }
  /// A number of items that take at least one byte each.
  std::uint32_t takeCount() {
    const auto count = take<std::uint32_t>();
    require(count <= rest_.size(), "a count that fits the footer");
    return count;
  }
  std::string takeText() {
    const auto bytes = takeBytes(take<std::uint32_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT
  }
  std::optional<Value> takeValue(Type type) {
    if (!takeFlag()) {
      return std::nullopt;
    }
    if (type.isString()) {
      return Value::string(type, takeText());
    }
    const auto bytes = takeBytes(byteSize(type.physical()));
    require(type.id != TypeId::Boolean || bytes[0] <= std::byte{1}, "a boolean of 0 or 1");
    return Value::load(type, bytes.data());
  }
  bool isAtEnd() const noexcept { return rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
  const std::string& place_;
};

bool isType(Type type) noexcept {
  if (type.id > TypeId::Binary) {
    return false;
  }
  return type.isDecimal() ? type.precision >= 1 && type.precision <= Type::kMaxPrecision && type.scale <= type.precision
                          : type.precision == 0 && type.scale == 0;
}

/// Whether the store writes columns of that type so.
bool isStorable(Type type, ColumnEncoding encoding) noexcept {
  if (type.isString()) {
    return encoding.unit == 1 && !encoding.hasBase() &&
           ((encoding.kind == Kind::Offsets && encoding.width == 8) ||
            (encoding.kind == Kind::Dictionary && (encoding.width == 1 || encoding.width == 2)));
  }
  const std::size_t full = byteSize(type.physical());
  if (encoding.kind != Kind::Plain || !std::has_single_bit(encoding.width) || encoding.width > full) return false;
  const bool narrows = ColumnBuffer::formOf(type) == ColumnBuffer::Form::Integer || type.isDecimal();
  if (encoding.hasBase() &&
      (!narrows || full > sizeof(ColumnSlice::base) || !std::has_single_bit(encoding.basedWidth) ||
       encoding.basedWidth <= encoding.width || encoding.basedWidth > full)) {
    return false;
  }
  if (encoding.unit != 1 && (encoding.unit < 1 || encoding.valueWidth() > full)) return false;
  return narrows ? encoding.unit == 1 || encoding.width < full : encoding.unit == 1 && encoding.width == full;
}

/// Whether numbers between a chunk's bounds have as many bytes as numbers from a base take.
bool fitsNumbers(const ZoneMap& zone, const ColumnEncoding& encoding) {
  if (!encoding.hasBase()) return true;
  const NumberBounds bounds = numberBounds(zone, encoding.unit).value_or(NumberBounds{0, 0});
  return bounds.least <= bounds.most && narrowestWidth(bounds.least, bounds.most) <= encoding.basedWidth;
}

Column takeColumn(Reader& reader) {
  Column column;
  column.field.name = reader.takeText();
  column.field.type.id = TypeId{reader.take<std::uint8_t>()};
  column.field.type.precision = reader.take<std::uint8_t>();
  column.field.type.scale = reader.take<std::uint8_t>();
  column.field.nullable = reader.takeFlag();
  column.encoding.kind = Kind{reader.take<std::uint8_t>()};
  column.encoding.width = reader.take<std::uint8_t>();
  column.encoding.nullable = reader.takeFlag();
  column.encoding.unit = reader.take<std::int64_t>();
  column.encoding.basedWidth = reader.take<std::uint8_t>();
  column.dictionary.offset = reader.take<std::uint64_t>();
  column.dictionary.strings = reader.take<std::uint64_t>();
  column.dictionary.heapBytes = reader.take<std::uint64_t>();
  column.dictionary.checksum = reader.take<std::uint64_t>();
  reader.require(isType(column.field.type), [&] { return "a known type in column " + column.field.name; });
  reader.require(isStorable(column.field.type, column.encoding),
                 [&] { return "an encoding for " + toString(column.field.type) + " in column " + column.field.name; });
  reader.require((column.encoding.kind == Kind::Dictionary) == (column.dictionary.strings != 0) &&
                     column.dictionary.strings <= std::uint64_t{1} << (8 * column.encoding.width % 64),
                 [&] { return "a dictionary that fits the codes of column " + column.field.name; });
  return column;
}

/// `name` makes the text that names what lies there.
template <typename Name>
void checkPlace(const Reader& reader, std::uint64_t offset, std::uint64_t bytes, std::uint64_t dataEnd, Name name) {
  reader.require(offset % SegmentLayout::kAlignment == 0 && offset >= kHeaderBytes && offset <= dataEnd &&
                     bytes <= dataEnd - offset,
                 [&] { return name() + " within the data, which end at byte " + std::to_string(dataEnd); });
}

template <typename Name>
Segment takeSegment(Reader& reader, const Column& column, std::uint32_t rows, std::uint64_t dataEnd, Name name) {
  Segment segment;
  segment.offset = reader.take<std::uint64_t>();
  segment.layout.validityBytes = reader.take<std::uint64_t>();
  segment.layout.valuesBytes = reader.take<std::uint64_t>();
  segment.layout.heapBytes = reader.take<std::uint64_t>();
  segment.checksum = reader.take<std::uint64_t>();
  segment.zone.hasNulls = reader.takeFlag();
  segment.zone.minimum = reader.takeValue(column.field.type);
  segment.zone.maximum = reader.takeValue(column.field.type);
  const SegmentLayout& layout = segment.layout;
  reader.require(layout.validityBytes == (segment.zone.hasNulls ? SegmentLayout::bitmapBytes(rows) : 0) &&
                     layout.valuesBytes == SegmentLayout::bytesOfValues(column.encoding, rows) &&
                     (layout.heapBytes == 0 || column.encoding.kind == Kind::Offsets) && layout.heapBytes <= dataEnd,
                 [&] { return name() + " of a size that fits its rows"; });
  reader.require(fitsNumbers(segment.zone, column.encoding), [&] { return name() + " with bounds of as many bytes"; });
  reader.require(column.encoding.nullable || !segment.zone.hasNulls,
                 [&] { return name() + " without NULL, as its column says"; });
  checkPlace(reader, segment.offset, layout.totalBytes(), dataEnd, name);
  return segment;
}

}  // namespace

std::uint64_t checksum(std::span<const std::byte> bytes) noexcept { return XXH3_64bits(bytes.data(), bytes.size()); }

std::vector<std::byte> encodeFooter(const Footer& footer) {
  Writer writer;
  writer.put(footer.rowCount);
  writer.put(static_cast<std::uint32_t>(footer.columns.size()));
  for (const Column& column : footer.columns) {
    writer.putText(column.field.name);
    writer.put(static_cast<std::uint8_t>(column.field.type.id));
    writer.put(column.field.type.precision);
    writer.put(column.field.type.scale);
    writer.put(static_cast<std::uint8_t>(column.field.nullable));
    writer.put(static_cast<std::uint8_t>(column.encoding.kind));
    writer.put(column.encoding.width);
    writer.put(static_cast<std::uint8_t>(column.encoding.nullable));
    writer.put(column.encoding.unit);
    writer.put(column.encoding.basedWidth);
    writer.put(column.dictionary.offset);
    writer.put(column.dictionary.strings);
    writer.put(column.dictionary.heapBytes);
    writer.put(column.dictionary.checksum);
  }
  writer.put(static_cast<std::uint32_t>(footer.chunks.size()));
  for (const Chunk& chunk : footer.chunks) {
    writer.put(chunk.rows);
    for (const Segment& segment : chunk.segments) {
      writer.put(segment.offset);
      writer.put(segment.layout.validityBytes);
      writer.put(segment.layout.valuesBytes);
      writer.put(segment.layout.heapBytes);
      writer.put(segment.checksum);
      writer.put(static_cast<std::uint8_t>(segment.zone.hasNulls));
      writer.putValue(segment.zone.minimum);
      writer.putValue(segment.zone.maximum);
    }
  }
  return std::move(writer.bytes);
}

Footer decodeFooter(std::span<const std::byte> bytes, std::uint64_t dataEnd, const std::string& place) {
  Reader reader(bytes, place);
  Footer footer;
  footer.rowCount = reader.take<std::uint64_t>();
  footer.columns.resize(reader.takeCount());
  reader.require(!footer.columns.empty(), "at least one column");
  for (Column& column : footer.columns) {
    column = takeColumn(reader);
    if (column.dictionary.strings != 0) {
      reader.require(column.dictionary.heapBytes <= dataEnd, "a dictionary within the data");
      checkPlace(reader, column.dictionary.offset, column.dictionary.totalBytes(), dataEnd,
                 [&] { return "the dictionary of column " + column.field.name; });
    }
  }
  footer.chunks.resize(reader.takeCount());
  std::uint64_t rows = 0;
  for (std::size_t index = 0; index < footer.chunks.size(); ++index) {
    Chunk& chunk = footer.chunks[index];
    chunk.rows = reader.take<std::uint32_t>();
    reader.require(chunk.rows >= 1 && chunk.rows <= TableBuilder::kChunkRows, [&] {
      return "1 to " + std::to_string(TableBuilder::kChunkRows) + " rows in chunk " + std::to_string(index);
    });
    rows += chunk.rows;
    chunk.segments.reserve(footer.columns.size());
    for (const Column& column : footer.columns) {
      chunk.segments.push_back(takeSegment(reader, column, chunk.rows, dataEnd, [&] {
        return "column " + column.field.name + " of chunk " + std::to_string(index);
      }));
    }
  }
  reader.require(rows == footer.rowCount,
                 [&] { return "chunks of " + std::to_string(footer.rowCount) + " rows together"; });
  reader.require(reader.isAtEnd(), "nothing behind the last chunk");
  return footer;
}

}  // namespace basalt::tablefile
