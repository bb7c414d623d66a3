#include "runtime/storage/ColumnGuess.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <vector>

namespace basalt {
namespace {

/// Of a chunk, at either end.
constexpr std::uint64_t kRows = 256;
/// Values that differ beyond so many are not few.
constexpr std::size_t kFewValues = 8;
/// Bits by which the values seen may be outdone.
constexpr unsigned kSlackBits = 2;

/// The values that were seen.
template <typename T>
class Sample {
 public:
  void add(const T& value) {
    if (areFew_ && std::ranges::find(different_, value) == different_.end()) {
      areFew_ = different_.size() < kFewValues;
      different_.push_back(value);
    }
    if constexpr (std::is_integral_v<T>) {
      // All bits that are not as the sign.
      bits_ |= static_cast<std::uint64_t>(std::int64_t{value} < 0 ? ~std::int64_t{value} : std::int64_t{value});
    }
    isEmpty_ = false;
  }

  ColumnGuess guess() const {
    if (isEmpty_) return {};
    ColumnGuess guess{.width = 0, .hasFewValues = areFew_};
    if constexpr (std::is_integral_v<T>) {
      const unsigned bits = 1 + kSlackBits + static_cast<unsigned>(std::bit_width(bits_));
      const unsigned bytes = (bits + 7) / 8;
      if (bytes < sizeof(T)) guess.width = static_cast<std::uint8_t>(bytes);
    }
    return guess;
  }

 private:
  std::vector<T> different_;
  std::uint64_t bits_ = 0;
  bool areFew_ = true;
  bool isEmpty_ = true;
};

/// The handle of a string as it lies there.
struct Handle {
  std::uint64_t first;
  std::uint64_t second;
  friend bool operator==(const Handle&, const Handle&) = default;
};
static_assert(sizeof(Handle) == sizeof(StringView));

template <typename T>
ColumnGuess guessAs(const Table& table, std::size_t column, std::span<const std::size_t> chunks) {
  Sample<T> sample;
  const auto addRows = [&](const ColumnSlice& slice, std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t row = begin; row < end; ++row) {
      T value;
      std::memcpy(&value, slice.values + row * sizeof(T), sizeof(T));
      sample.add(value);
    }
  };
  for (const std::size_t chunk : chunks) {
    const ColumnSlice slice = table.slice(chunk, column);
    const std::uint64_t rows = table.chunkRows(chunk);
    const std::uint64_t first = std::min(rows, kRows);
    addRows(slice, 0, first);
    addRows(slice, std::max(first, rows - first), rows);
  }
  return sample.guess();
}

}  // namespace

ColumnGuess guessColumn(const Table& table, std::size_t column, std::span<const std::size_t> chunks) {
  const ColumnEncoding encoding = table.encoding(column);
  const Field& field = table.schema()[column];
  const PhysicalType type = field.type.physical();
  if (encoding.kind != ColumnEncoding::Kind::Plain || encoding.width != byteSize(type) ||
      (encoding.nullable && field.nullable)) {
    return {};
  }
  switch (type) {
    case PhysicalType::Int8:
      return guessAs<std::int8_t>(table, column, chunks);
    case PhysicalType::Int16:
      return guessAs<std::int16_t>(table, column, chunks);
    case PhysicalType::Int32:
      return guessAs<std::int32_t>(table, column, chunks);
    case PhysicalType::Int64:
      return guessAs<std::int64_t>(table, column, chunks);
    case PhysicalType::String:
      return guessAs<Handle>(table, column, chunks);
    case PhysicalType::Bool:
    case PhysicalType::Int128:
    case PhysicalType::Float:
    case PhysicalType::Double:
    case PhysicalType::Interval:
      break;
  }
  return {};
}

}  // namespace basalt
