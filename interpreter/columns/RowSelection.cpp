#include "interpreter/columns/RowSelection.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "interpreter/columns/ValueWidth.h"

namespace basalt::interpreter {

namespace {

/// The positions where (values[i] & ~nulls[i]) is 1; the mask is made in place of a few rows at a time.
template <bool HasValues, bool HasNulls>
std::uint32_t selectDense(const std::uint8_t* values, const std::uint8_t* nulls, std::uint32_t rowCount,
                          std::uint32_t* target) noexcept {
  if constexpr (HasValues && !HasNulls) {
    return static_cast<std::uint32_t>(selectPositions(values, rowCount, 0, target));
  }
  constexpr std::uint32_t kPart = 1024;
  std::array<std::uint8_t, kPart> mask;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  std::uint32_t count = 0;
  for (std::uint32_t begin = 0; begin < rowCount; begin += kPart) {
    const std::uint32_t rows = std::min(kPart, rowCount - begin);
    for (std::uint32_t row = 0; row < rows; ++row) {
      std::uint8_t byte = 1;
      if constexpr (HasValues) byte = values[begin + row];
      if constexpr (HasNulls) byte = static_cast<std::uint8_t>(byte & (nulls[begin + row] ^ 1));
      mask[row] = byte;
    }
    count += static_cast<std::uint32_t>(selectPositions(mask.data(), rows, begin, target + count));
  }
  return count;
}

template <bool HasValues, bool HasNulls>
RowSelection select(const std::uint8_t* values, const std::uint8_t* nulls, const RowSelection& rows,
                    std::uint32_t* target) noexcept {
  if (rows.positions == nullptr) {
    const std::uint32_t count = selectDense<HasValues, HasNulls>(values, nulls, rows.count, target);
    return count == rows.count ? rows : RowSelection{target, count};
  }
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    const std::uint32_t position = rows.positions[i];
    std::uint32_t byte = 1;
    if constexpr (HasValues) byte = values[position];
    if constexpr (HasNulls) byte &= nulls[position] ^ 1U;
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
