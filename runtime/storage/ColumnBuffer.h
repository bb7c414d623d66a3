#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/types/Int128.h"
#include "runtime/types/Schema.h"
#include "runtime/types/Value.h"

namespace basalt {

/// The values of one column of a chunk while they are being collected: at full width, in the order of the rows, one
/// append per row. The append functions do not check types: the caller picks the one that fits the column's type.
class ColumnBuffer {
 public:
  /// What a value is kept as.
  enum class Form : std::uint8_t {
    Integer,   ///< booleans, integers, decimals of up to 18 digits, dates, times, timestamps
    Wide,      ///< decimals beyond that, and the 16 bytes of an interval
    Floating,  ///< both floating types
    String,
  };
  static Form formOf(Type type) noexcept;
  /// Longest string, so that its length fits Arrow's signed 32 bits too.
  static constexpr std::size_t kMaxStringBytes = INT32_MAX;

  explicit ColumnBuffer(Type type) : type_(type), form_(formOf(type)) { clear(); }

  void appendNull();
  void appendInteger(std::int64_t value) {
    integers_.push_back(value);
    ++rows_;
  }
  void appendWide(Int128 value) {
    wides_.push_back(value);
    ++rows_;
  }
  void appendInterval(Interval value) { appendWide(std::bit_cast<Int128>(value)); }
  void appendFloating(double value) {
    floats_.push_back(value);
    ++rows_;
  }
  /// Copies the bytes. Throws ExecutionError(InvalidArgument) beyond kMaxStringBytes.
  void appendString(std::string_view text);
  /// Throws ExecutionError(InvalidUsage) for a value of another type or beyond its type's range.
  void append(const Value& value);
  /// Forgets the values, keeps the memory.
  void clear() noexcept;

  const Type& type() const noexcept { return type_; }
  Form form() const noexcept { return form_; }
  std::uint32_t rows() const noexcept { return rows_; }
  /// Rows that are NULL, ascending. The value at such a row is zero or empty.
  const std::vector<std::uint32_t>& nullRows() const noexcept { return nullRows_; }
  const std::vector<std::int64_t>& integers() const noexcept { return integers_; }
  const std::vector<Int128>& wides() const noexcept { return wides_; }
  const std::vector<double>& floats() const noexcept { return floats_; }
  /// Start offsets in heap(), one more than rows.
  const std::vector<std::uint64_t>& offsets() const noexcept { return offsets_; }
  const std::vector<char>& heap() const noexcept { return heap_; }
  std::string_view string(std::uint32_t row) const noexcept {
    return {heap_.data() + offsets_[row], offsets_[row + 1] - offsets_[row]};
  }

 private:
  Type type_;
  Form form_;
  std::uint32_t rows_ = 0;
  std::vector<std::uint32_t> nullRows_;
  std::vector<std::int64_t> integers_;
  std::vector<Int128> wides_;
  std::vector<double> floats_;
  std::vector<std::uint64_t> offsets_;
  std::vector<char> heap_;
};

/// A chunk while it is being collected: one buffer per column, which the caller fills evenly.
class ChunkBuffer {
 public:
  explicit ChunkBuffer(const Schema& schema);

  ColumnBuffer& column(std::size_t index) noexcept { return columns_[index]; }
  const ColumnBuffer& column(std::size_t index) const noexcept { return columns_[index]; }
  std::size_t columnCount() const noexcept { return columns_.size(); }
  /// Rows of the first column.
  std::uint32_t rows() const noexcept { return columns_.empty() ? 0 : columns_.front().rows(); }
  /// Appends one value per column; throws ExecutionError(InvalidUsage) when there are more or fewer, or of other types.
  void appendRow(std::span<const Value> row);
  void clear() noexcept;

 private:
  std::vector<ColumnBuffer> columns_;
};

}  // namespace basalt
