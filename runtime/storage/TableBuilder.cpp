#include "runtime/storage/TableBuilder.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

#include "runtime/ExecutionError.h"
#include "runtime/storage/IntegerWidth.h"

namespace basalt {

namespace {

using Kind = ColumnEncoding::Kind;

/// Rows that have to share a string on average to make a dictionary worth its indirection.
constexpr std::uint64_t kRowsPerDictionaryString = 4;

template <typename T>
T entryAt(const std::vector<std::byte>& values, std::size_t index) noexcept {
  T entry;
  std::memcpy(&entry, values.data() + index * sizeof(T), sizeof(T));
  return entry;
}

bool isNullAt(const StagedColumn& staged, std::uint32_t row) noexcept {
  return !staged.validity.empty() && !isValid(staged.validity.data(), row);
}

template <typename Visit>
void forEachNull(const StagedColumn& staged, Visit&& visit) {
  if (staged.validity.empty()) return;
  for (std::uint32_t row = 0; row < staged.rows; ++row) {
    if (!isValid(staged.validity.data(), row)) visit(row);
  }
}

/// Writes the staged integers as the encoding has them.
void encodeIntegers(const StagedColumn& staged, ColumnEncoding encoding, std::int64_t base, std::byte* target) {
  withIntegerOfWidth(staged.width, [&](auto from) {
    withIntegerOfWidth(encoding.width, [&](auto to) {
      const auto encodeEach = [&](auto encoded) {
        for (std::size_t row = 0; row < staged.rows; ++row) {
          to = static_cast<decltype(to)>(encoded(entryAt<decltype(from)>(staged.values, row)));
          std::memcpy(target + row * sizeof(to), &to, sizeof(to));
        }
      };
      if (encoding.hasBase()) {
        // What lies under a NULL may be any way off.
        encodeEach([unit = encoding.unit, base](auto value) {
          return static_cast<std::uint64_t>(value / unit) - static_cast<std::uint64_t>(base);
        });
        forEachNull(staged, [&](std::uint32_t row) { std::memset(target + row * sizeof(to), 0, sizeof(to)); });
      } else if (encoding.unit == 1) {
        encodeEach([](auto value) { return value; });
      } else {
        encodeEach([unit = encoding.unit](auto value) { return value / unit; });
      }
    });
  });
}

template <typename Code>
void encodeCodes(const StagedColumn& staged, const std::vector<std::uint16_t>& finalCodes, std::byte* target) {
  for (std::uint32_t row = 0; row < staged.rows; ++row) {
    // The code under a NULL is 0 whatever the provisional one was, so that equal tables make equal files.
    const auto code = static_cast<Code>(isNullAt(staged, row) ? std::uint16_t{0}
                                                              : finalCodes[entryAt<std::uint16_t>(staged.values, row)]);
    std::memcpy(target + row * sizeof(Code), &code, sizeof(Code));
  }
}

}  // namespace

TableBuilder::TableBuilder(Schema schema, EncodingChoice choice) : schema_(std::move(schema)), choice_(choice) {
  for (const Field& field : schema_) {
    const bool collects = field.type.isString() && choice == EncodingChoice::Automatic;
    dictionaries_.push_back(collects ? std::make_unique<StringDictionary>() : nullptr);
  }
}

void TableBuilder::stage(std::size_t chunk, ChunkBuffer& buffer) {
  StagedChunk staged;
  staged.rows = buffer.rows();
  if (staged.rows == 0 || staged.rows > kChunkRows || buffer.columnCount() != schema_.size()) {
    throw ExecutionError(ErrorCode::InvalidUsage, "TableBuilder",
                         "expected a chunk of 1 to " + std::to_string(kChunkRows) + " rows and " +
                             std::to_string(schema_.size()) + " columns, got " + std::to_string(staged.rows) +
                             " rows and " + std::to_string(buffer.columnCount()) + " columns");
  }
  for (std::size_t column = 0; column < schema_.size(); ++column) {
    const ColumnBuffer& values = buffer.column(column);
    if (values.rows() != staged.rows || values.type() != schema_[column].type) {
      throw ExecutionError(ErrorCode::InvalidUsage, "TableBuilder",
                           "column " + schema_[column].name + ": expected " + std::to_string(staged.rows) +
                               " values of " + toString(schema_[column].type) + ", got " +
                               std::to_string(values.rows()) + " of " + toString(values.type()));
    }
    if (!schema_[column].nullable && !values.nullRows().empty()) {
      throw ExecutionError(ErrorCode::InvalidUsage, "TableBuilder",
                           "column " + schema_[column].name + " is NOT NULL, but row " +
                               std::to_string(values.nullRows().front()) + " of chunk " + std::to_string(chunk) +
                               " is NULL");
    }
    staged.columns.push_back(stageColumn(values, dictionaries_[column].get()));
  }
  buffer.clear();

  const std::lock_guard lock(mutex_);
  if (chunk >= chunks_.size()) {
    chunks_.resize(chunk + 1);
  }
  if (chunks_[chunk].rows != 0) {
    throw ExecutionError(ErrorCode::InvalidUsage, "TableBuilder", "there already is a chunk " + std::to_string(chunk));
  }
  chunks_[chunk] = std::move(staged);
}

std::uint64_t TableBuilder::rowCount() const noexcept {
  std::uint64_t rows = 0;
  for (const StagedChunk& chunk : chunks_) {
    rows += chunk.rows;
  }
  return rows;
}

void TableBuilder::chooseEncodings() {
  for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    if (chunks_[chunk].rows == 0) {
      throw ExecutionError(ErrorCode::InvalidUsage, "TableBuilder", "chunk " + std::to_string(chunk) + " is missing");
    }
  }
  encodings_.clear();
  for (std::size_t column = 0; column < schema_.size(); ++column) {
    encodings_.push_back(chooseEncoding(column));
    encodings_.back().nullable = std::ranges::any_of(
        chunks_, [column](const StagedChunk& chunk) { return !chunk.columns[column].validity.empty(); });
  }
}

ColumnEncoding TableBuilder::chooseEncoding(std::size_t column) {
  const Type type = schema_[column].type;
  const PhysicalType physical = type.physical();
  if (choice_ == EncodingChoice::Plain) {
    return {Kind::Plain, static_cast<std::uint8_t>(byteSize(physical)), false};
  }
  if (physical == PhysicalType::String) {
    StringDictionary& dictionary = *dictionaries_[column];
    const bool few = !dictionary.isGivenUp() && dictionary.size() != 0 &&
                     std::uint64_t{dictionary.size()} * kRowsPerDictionaryString <= rowCount();
    if (!few) {
      return {Kind::Offsets, sizeof(std::uint64_t), false};
    }
    dictionary.sort();
    return {Kind::Dictionary, static_cast<std::uint8_t>(dictionary.size() <= 256 ? 1 : 2), false};
  }
  const bool isInteger = ColumnBuffer::formOf(type) == ColumnBuffer::Form::Integer || physical == PhysicalType::Int128;
  if (!isInteger || byteSize(physical) == 1) return {Kind::Plain, static_cast<std::uint8_t>(byteSize(physical)), false};
  return chooseIntegers(column);
}

ColumnEncoding TableBuilder::chooseIntegers(std::size_t column) const {
  const std::size_t fullWidth = byteSize(schema_[column].type.physical());
  UInt128 divisor = 0;
  for (const StagedChunk& chunk : chunks_) divisor = greatestCommonDivisor(divisor, chunk.columns[column].divisor);
  std::vector<ColumnEncoding> candidates(1);
  if (divisor > 1 && divisor <= std::numeric_limits<std::int64_t>::max()) {
    candidates.emplace_back().unit = static_cast<std::int64_t>(divisor);
  }
  for (ColumnEncoding& encoding : candidates) encoding.width = widthOf(column, encoding);
  // A base has 64 bits.
  const std::size_t based = fullWidth <= sizeof(ColumnSlice::base) ? candidates.size() : 0;
  for (std::size_t index = 0; index < based; ++index) {
    ColumnEncoding encoding = candidates[index];
    encoding.basedWidth = encoding.width;
    encoding.width = widthOf(column, encoding);
    candidates.push_back(encoding);
  }
  // To multiply and to add only pays where it spares memory.
  ColumnEncoding chosen = candidates.front();
  for (const ColumnEncoding& encoding : candidates) {
    if (encoding.width < chosen.width && encoding.valueWidth() <= fullWidth) chosen = encoding;
  }
  return chosen;
}

std::uint8_t TableBuilder::widthOf(std::size_t column, const ColumnEncoding& encoding) const {
  std::uint8_t width = schema_[column].type.physical() == PhysicalType::Int128 ? 8 : 1;
  for (const StagedChunk& chunk : chunks_) {
    const ZoneMap& zone = chunk.columns[column].zone;
    const std::optional<NumberBounds> bounds = numberBounds(zone, encoding.unit);
    if (!bounds) continue;
    const Int128 base = baseOf(encoding, zone);
    width = std::max(width, narrowestWidth(bounds->least - base, bounds->most - base));
  }
  return width;
}

std::span<const std::string_view> TableBuilder::dictionary(std::size_t column) const noexcept {
  if (encodings_[column].kind != Kind::Dictionary) {
    return {};
  }
  return dictionaries_[column]->sorted();
}

std::string_view TableBuilder::stringAt(std::size_t column, const StagedColumn& staged,
                                        std::uint32_t row) const noexcept {
  if (isNullAt(staged, row)) {
    return {};
  }
  if (staged.coded) {
    return dictionaries_[column]->text(entryAt<std::uint16_t>(staged.values, row));
  }
  const auto begin = entryAt<std::uint64_t>(staged.values, row);
  return {staged.heap.data() + begin, entryAt<std::uint64_t>(staged.values, row + 1) - begin};
}

SegmentLayout TableBuilder::segmentLayout(std::size_t chunk, std::size_t column) const {
  const StagedColumn& staged = chunks_[chunk].columns[column];
  SegmentLayout layout;
  layout.validityBytes = staged.validity.size();
  layout.valuesBytes = SegmentLayout::bytesOfValues(encodings_[column], staged.rows);
  if (schema_[column].type.isString() && encodings_[column].kind != Kind::Dictionary) {
    if (staged.coded) {
      for (std::uint32_t row = 0; row < staged.rows; ++row) {
        layout.heapBytes += stringAt(column, staged, row).size();
      }
    } else {
      layout.heapBytes = staged.heap.size();
    }
  }
  return layout;
}

void TableBuilder::encode(std::size_t chunk, std::size_t column, std::byte* target) const {
  const StagedColumn& staged = chunks_[chunk].columns[column];
  const SegmentLayout layout = segmentLayout(chunk, column);
  const ColumnEncoding encoding = encodings_[column];
  std::memset(target, 0, layout.totalBytes());
  if (!staged.validity.empty()) {
    std::memcpy(target, staged.validity.data(), staged.validity.size());
  }
  std::byte* values = target + layout.valuesOffset();
  if (encoding.kind == Kind::Dictionary) {
    const std::vector<std::uint16_t>& finalCodes = dictionaries_[column]->finalCodes();
    if (encoding.width == 1) {
      encodeCodes<std::uint8_t>(staged, finalCodes, values);
    } else {
      encodeCodes<std::uint16_t>(staged, finalCodes, values);
    }
  } else if (schema_[column].type.isString()) {
    encodeStrings(column, staged, layout, target);
  } else if (encoding.unit == 1 && !encoding.hasBase() && staged.width == encoding.width) {
    std::memcpy(values, staged.values.data(), staged.values.size());
  } else {
    encodeIntegers(staged, encoding, base(chunk, column), values);
  }
}

void TableBuilder::encodeStrings(std::size_t column, const StagedColumn& staged, const SegmentLayout& layout,
                                 std::byte* target) const {
  std::byte* values = target + layout.valuesOffset();
  auto* heap = reinterpret_cast<char*>(target + layout.heapOffset());  // NOLINT
  const bool asViews = encodings_[column].kind == Kind::Plain;
  std::uint64_t used = 0;
  for (std::uint32_t row = 0; row < staged.rows; ++row) {
    const std::string_view text = stringAt(column, staged, row);
    std::copy(text.begin(), text.end(), heap + used);
    if (asViews) {
      const StringView view = StringView::make(heap + used, static_cast<std::uint32_t>(text.size()));
      std::memcpy(values + row * sizeof(view), &view, sizeof(view));
    } else {
      std::memcpy(values + row * sizeof(used), &used, sizeof(used));
    }
    used += text.size();
  }
  if (!asViews) {
    std::memcpy(values + staged.rows * sizeof(used), &used, sizeof(used));
  }
}

void TableBuilder::release(std::size_t chunk, std::size_t column) noexcept {
  StagedColumn& staged = chunks_[chunk].columns[column];
  staged.values = {};
  staged.validity = {};
  staged.heap = {};
}

}  // namespace basalt
