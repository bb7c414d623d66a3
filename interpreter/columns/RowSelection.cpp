#include "interpreter/columns/RowSelection.h"

#include <array>
#include <cstring>

#include "interpreter/columns/ValueWidth.h"

namespace basalt::interpreter {

namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101;

/// For each byte, the positions of its 1 bits, in order.
constexpr auto kBitPositions = [] {
  std::array<std::array<std::uint8_t, 8>, 256> table{};
  for (std::uint32_t bits = 0; bits < 256; ++bits) {
    std::size_t count = 0;
    for (std::uint8_t bit = 0; bit < 8; ++bit) {
      if ((bits >> bit & 1) != 0) table[bits][count++] = bit;
    }
  }
  return table;
}();

std::uint64_t loadEight(const std::uint8_t* bytes) noexcept {
  std::uint64_t result;
  std::memcpy(&result, bytes, sizeof(result));
  return result;
}

/// Writes the positions where (values[i] & ~nulls[i]) is 1, eight rows at a time: bytes become bits, bits become
/// positions.
template <bool kHasValues, bool kHasNulls>
std::uint32_t selectDense(const std::uint8_t* values, const std::uint8_t* nulls, std::uint32_t rowCount,
                          std::uint32_t* target) noexcept {
  std::uint32_t count = 0;
  const auto keep = [&](std::uint32_t row) {
    std::uint64_t bytes = kOnes;
    if constexpr (kHasValues) bytes = loadEight(values + row);
    if constexpr (kHasNulls) bytes &= loadEight(nulls + row) ^ kOnes;
    // The multiplication moves bit 0 of byte i to bit 56 + i.
    return (bytes * 0x0102040810204080) >> 56;
  };
  std::uint32_t row = 0;
  for (; row + 8 <= rowCount; row += 8) {
    const std::uint64_t bits = keep(row);
    // A copy, since the compiler could not know that the stores below leave the table alone.
    const std::array<std::uint8_t, 8> positions = kBitPositions[bits];
    for (std::uint32_t i = 0; i < 8; ++i) target[count + i] = row + positions[i];
    count += static_cast<std::uint32_t>(__builtin_popcountll(bits));
  }
  for (; row < rowCount; ++row) {
    std::uint8_t byte = 1;
    if constexpr (kHasValues) byte = values[row];
    if constexpr (kHasNulls) byte = static_cast<std::uint8_t>(byte & (nulls[row] ^ 1));
    target[count] = row;
    count += byte;
  }
  return count;
}

template <bool kHasValues, bool kHasNulls>
RowSelection select(const std::uint8_t* values, const std::uint8_t* nulls, const RowSelection& rows,
                    std::uint32_t* target) noexcept {
  if (rows.positions == nullptr) {
    const std::uint32_t count = selectDense<kHasValues, kHasNulls>(values, nulls, rows.count, target);
    return count == rows.count ? rows : RowSelection{target, count};
  }
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    const std::uint32_t position = rows.positions[i];
    std::uint32_t byte = 1;
    if constexpr (kHasValues) byte = values[position];
    if constexpr (kHasNulls) byte &= nulls[position] ^ 1U;
    target[count] = position;
    count += byte;
  }
  return {target, count};
}

}  // namespace

RowSelection selectTrue(const Vector& condition, const RowSelection& rows, std::uint32_t* target) {
  const auto* values = condition.values<std::uint8_t>();
  const std::uint8_t* nulls = condition.nulls();
  if (condition.isConstant()) {
    const bool isTrue = values[0] != 0 && (nulls == nullptr || nulls[0] == 0);
    return isTrue ? rows : RowSelection{target, 0};
  }
  return nulls != nullptr ? select<true, true>(values, nulls, rows, target)
                          : select<true, false>(values, nullptr, rows, target);
}

RowSelection selectNotNull(const Vector& vector, const RowSelection& rows, std::uint32_t* target) {
  const std::uint8_t* nulls = vector.nulls();
  if (nulls == nullptr) return rows;
  if (vector.isConstant()) return nulls[0] == 0 ? rows : RowSelection{target, 0};
  return select<false, true>(nullptr, nulls, rows, target);
}

RowSelection selectRemaining(const RowSelection& rows, const RowSelection& removed, std::uint32_t* target) {
  if (removed.count == 0) return rows;
  std::uint32_t count = 0;
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    const std::uint32_t position = rows.position(i);
    if (next < removed.count && removed.position(next) == position) {
      ++next;
    } else {
      target[count++] = position;
    }
  }
  return {target, count};
}

void copyValues(const Vector& source, const RowSelection& rows, void* target) {
  visitWidth(byteSize(source.type()), [&]<typename T>() {
    const T* from = source.values<T>();
    T* to = static_cast<T*>(target);
    if (source.isConstant()) {
      forEachRow(rows, [value = *from, to](std::uint32_t, std::uint32_t position) { to[position] = value; });
    } else {
      forEachRow(rows, [from, to](std::uint32_t, std::uint32_t position) { to[position] = from[position]; });
    }
  });
}

void copyNulls(const Vector& source, const RowSelection& rows, std::uint8_t* target) {
  const std::uint8_t* nulls = source.nulls();
  if (nulls == nullptr || source.isConstant()) {
    const std::uint8_t value = nulls == nullptr ? 0 : nulls[0];
    forEachRow(rows, [value, target](std::uint32_t, std::uint32_t position) { target[position] = value; });
  } else {
    forEachRow(rows, [nulls, target](std::uint32_t, std::uint32_t position) { target[position] = nulls[position]; });
  }
}

void compactValues(const Vector& source, const RowSelection& rows, void* target) {
  visitWidth(byteSize(source.type()), [&]<typename T>() {
    const T* from = source.values<T>();
    T* to = static_cast<T*>(target);
    if (source.isConstant()) {
      for (std::uint32_t i = 0; i < rows.count; ++i) to[i] = *from;
    } else if (rows.positions == nullptr) {
      std::memcpy(to, from, rows.count * sizeof(T));
    } else {
      for (std::uint32_t i = 0; i < rows.count; ++i) to[i] = from[rows.positions[i]];
    }
  });
}

void compactNulls(const Vector& source, const RowSelection& rows, std::uint8_t* target) {
  const std::uint8_t* nulls = source.nulls();
  if (nulls == nullptr || source.isConstant()) {
    std::memset(target, nulls == nullptr ? 0 : nulls[0], rows.count);
  } else {
    forEachRow(rows, [nulls, target](std::uint32_t index, std::uint32_t position) { target[index] = nulls[position]; });
  }
}

}  // namespace basalt::interpreter
