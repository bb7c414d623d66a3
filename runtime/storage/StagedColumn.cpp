#include "runtime/storage/StagedColumn.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

#include "runtime/storage/IntegerWidth.h"

namespace basalt {

namespace {

/// Longest string kept whole as a bound.
constexpr std::size_t kMaxBoundBytes = 256;

/// Calls `visit(row)` for the rows that are not NULL.
template <typename Visit>
void forEachValid(const ColumnBuffer& buffer, Visit&& visit) {
  std::uint32_t row = 0;
  for (const std::uint32_t null : buffer.nullRows()) {
    for (; row < null; ++row) {
      visit(row);
    }
    ++row;
  }
  for (; row < buffer.rows(); ++row) {
    visit(row);
  }
}

Value integerValue(Type type, Int128 value) {
  return type.id == TypeId::Boolean ? Value::boolean(value != 0) : Value::integer(type, value);
}

template <typename Stored, typename T>
void narrowInto(StagedColumn& staged, const std::vector<T>& values) {
  staged.width = sizeof(Stored);
  staged.values.resize(values.size() * sizeof(Stored));
  for (std::size_t row = 0; row < values.size(); ++row) {
    const auto stored = static_cast<Stored>(values[row]);
    std::memcpy(staged.values.data() + row * sizeof(Stored), &stored, sizeof(Stored));
  }
}

template <typename T>
UInt128 commonDivisor(const std::vector<T>& values) {
  using Magnitude = std::conditional_t<sizeof(T) == sizeof(Int128), UInt128, std::uint64_t>;
  Magnitude divisor = 0;
  for (const T value : values) {
    const auto bits = static_cast<Magnitude>(value);
    const Magnitude magnitude = value < 0 ? 0 - bits : bits;
    if (divisor != 0 && magnitude % divisor == 0) continue;
    divisor = static_cast<Magnitude>(greatestCommonDivisor(divisor, magnitude));
    if (divisor == 1) break;
  }
  return divisor;
}

template <typename T>
void stageIntegers(StagedColumn& staged, const ColumnBuffer& buffer, const std::vector<T>& values) {
  T minimum = std::numeric_limits<std::int64_t>::max();
  T maximum = std::numeric_limits<std::int64_t>::min();
  bool any = false;
  forEachValid(buffer, [&](std::uint32_t row) {
    minimum = any ? std::min(minimum, values[row]) : values[row];
    maximum = any ? std::max(maximum, values[row]) : values[row];
    any = true;
  });
  if (any) {
    staged.zone.minimum = integerValue(buffer.type(), minimum);
    staged.zone.maximum = integerValue(buffer.type(), maximum);
  }
  // Where there is NULL, there is 0.
  staged.divisor = commonDivisor(values);
  withIntegerOfWidth(any ? narrowestWidth(minimum, maximum) : std::uint8_t{1},
                     [&](auto zero) { narrowInto<decltype(zero)>(staged, values); });
}

void stageFloats(StagedColumn& staged, const ColumnBuffer& buffer) {
  const std::vector<double>& values = buffer.floats();
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -std::numeric_limits<double>::infinity();
  bool ordered = buffer.rows() > buffer.nullRows().size();
  forEachValid(buffer, [&](std::uint32_t row) {
    ordered &= !std::isnan(values[row]);
    minimum = std::min(minimum, values[row]);
    maximum = std::max(maximum, values[row]);
  });
  // Whether NaN is below or above the numbers is not for the storage to say.
  if (ordered) {
    staged.zone.minimum = Value::floating(buffer.type(), minimum);
    staged.zone.maximum = Value::floating(buffer.type(), maximum);
  }
  if (buffer.type().id == TypeId::Real) {
    narrowInto<float>(staged, values);
  } else {
    narrowInto<double>(staged, values);
  }
}

/// Bounds of long strings are cut: a prefix is a lower bound, a prefix with its last byte raised is an upper one.
void setStringBounds(StagedColumn& staged, Type type, std::string_view minimum, std::string_view maximum) {
  staged.zone.minimum = Value::string(type, std::string(minimum.substr(0, kMaxBoundBytes)));
  std::string upper(maximum.substr(0, kMaxBoundBytes));
  if (maximum.size() > kMaxBoundBytes) {
    while (!upper.empty() && upper.back() == '\xFF') {
      upper.pop_back();
    }
    if (upper.empty()) {
      return;
    }
    upper.back() = static_cast<char>(static_cast<unsigned char>(upper.back()) + 1);
  }
  staged.zone.maximum = Value::string(type, std::move(upper));
}

bool stageCodes(StagedColumn& staged, const ColumnBuffer& buffer, StringDictionary& dictionary) {
  // Numbers of the chunk's own strings first: one lock per chunk, and most lookups in a small table.
  DistinctStrings distinct;
  std::vector<std::uint32_t> numbers(buffer.rows());
  forEachValid(buffer, [&](std::uint32_t row) {
    const std::string_view text = buffer.string(row);
    const std::uint64_t hash = DistinctStrings::hashOf(text);
    numbers[row] = distinct.find(text, hash);
    if (numbers[row] == distinct.size()) {
      distinct.add(text, hash);
    }
  });
  const auto codes = dictionary.assign(distinct);
  if (!codes) {
    return false;
  }
  staged.coded = true;
  staged.width = sizeof(std::uint16_t);
  staged.values.resize(buffer.rows() * sizeof(std::uint16_t));
  forEachValid(buffer, [&](std::uint32_t row) {
    std::memcpy(staged.values.data() + row * sizeof(std::uint16_t), &(*codes)[numbers[row]], sizeof(std::uint16_t));
  });
  if (distinct.size() != 0) {
    std::string_view minimum = distinct.text(0);
    std::string_view maximum = minimum;
    for (std::uint32_t number = 1; number < distinct.size(); ++number) {
      minimum = std::min(minimum, distinct.text(number));
      maximum = std::max(maximum, distinct.text(number));
    }
    setStringBounds(staged, buffer.type(), minimum, maximum);
  }
  return true;
}

void stageStrings(StagedColumn& staged, const ColumnBuffer& buffer) {
  staged.width = sizeof(std::uint64_t);
  staged.values.resize(buffer.offsets().size() * sizeof(std::uint64_t));
  std::memcpy(staged.values.data(), buffer.offsets().data(), staged.values.size());
  staged.heap = buffer.heap();
  std::string_view minimum;
  std::string_view maximum;
  bool any = false;
  forEachValid(buffer, [&](std::uint32_t row) {
    const std::string_view text = buffer.string(row);
    minimum = any ? std::min(minimum, text) : text;
    maximum = any ? std::max(maximum, text) : text;
    any = true;
  });
  if (any) {
    setStringBounds(staged, buffer.type(), minimum, maximum);
  }
}

}  // namespace

std::uint8_t narrowestWidth(Int128 minimum, Int128 maximum) noexcept {
  for (const std::uint8_t width : {1, 2, 4, 8}) {
    const Int128 bound = Int128{1} << (width * 8 - 1);
    if (minimum >= -bound && maximum < bound) {
      return width;
    }
  }
  return 16;
}

StagedColumn stageColumn(const ColumnBuffer& buffer, StringDictionary* dictionary) {
  StagedColumn staged;
  staged.rows = buffer.rows();
  if (!buffer.nullRows().empty()) {
    staged.zone.hasNulls = true;
    staged.validity.assign((buffer.rows() + 63) / 64 * 8, 0xFF);
    for (const std::uint32_t row : buffer.nullRows()) {
      staged.validity[row / 8] &= static_cast<std::uint8_t>(~(1U << (row % 8)));
    }
  }
  switch (buffer.form()) {
    case ColumnBuffer::Form::Integer:
      stageIntegers(staged, buffer, buffer.integers());
      break;
    case ColumnBuffer::Form::Wide:
      if (buffer.type().id == TypeId::Interval) {
        narrowInto<Int128>(staged, buffer.wides());
      } else {
        stageIntegers(staged, buffer, buffer.wides());
      }
      break;
    case ColumnBuffer::Form::Floating:
      stageFloats(staged, buffer);
      break;
    case ColumnBuffer::Form::String:
      if (dictionary == nullptr || dictionary->isGivenUp() || !stageCodes(staged, buffer, *dictionary)) {
        stageStrings(staged, buffer);
      }
      break;
  }
  return staged;
}

}  // namespace basalt
