#include "interpreter/columns/ColumnDecoder.h"

#include <array>
#include <cstring>
#include <functional>
#include <utility>

#include "interpreter/columns/ValueWidth.h"
#include "runtime/types/Int128.h"

namespace basalt::interpreter {

namespace {

// Which stored row goes to which place of the vector: `visit(source, target)`. Loops that store bytes have them by
// value: a byte could be one of theirs otherwise.

struct DenseRows {
  std::uint64_t begin;
  std::uint32_t count;
  template <typename Visit>
  void forEach(Visit&& visit) const {
    for (std::uint32_t i = 0; i < count; ++i) visit(begin + i, i);
  }
};

struct RowsInPlace {
  std::uint64_t begin;
  RowSelection rows;
  template <typename Visit>
  void forEach(Visit&& visit) const {
    for (std::uint32_t i = 0; i < rows.count; ++i) visit(begin + rows.positions[i], rows.positions[i]);
  }
};

struct CompactRows {
  std::uint64_t begin;
  RowSelection rows;
  template <typename Visit>
  void forEach(Visit&& visit) const {
    for (std::uint32_t i = 0; i < rows.count; ++i) visit(begin + rows.positions[i], i);
  }
};

/// `valueOf`: the value that a stored number, sign- or zero-extended, stands for.
template <typename Stored, typename Value, typename Rows, typename ValueOf>
void widen(const ColumnSlice& slice, Rows rows, void* target, ValueOf valueOf) {
  const auto* const stored = reinterpret_cast<const Stored*>(slice.values);  // NOLINT
  auto* const values = static_cast<Value*>(target);
  rows.forEach([=](std::uint64_t source, std::uint32_t place) {
    values[place] =
        valueOf(static_cast<Value>(stored[source]));  // NOLINT(bugprone-signed-char-misuse): these are numbers
  });
}

template <typename Stored, typename Rows>
void widenFrom(std::size_t bytes, const ColumnEncoding& encoding, const ColumnSlice& slice, Rows rows, void* target) {
  const auto widenTo = [&]<typename Value>(Value) {
    const auto widenNumbers = [&](auto numberOf) {
      const std::int64_t unit = encoding.unit;
      if (unit == 1) return widen<Stored, Value>(slice, rows, target, numberOf);
      const auto widenTimes = [&](auto factor) {
        widen<Stored, Value>(slice, rows, target, [numberOf, factor](Value stored) {
          // Of at most valueWidth() bytes, which are not more than a value's.
          return static_cast<Value>(numberOf(stored) * static_cast<Value>(factor));
        });
      };
      // Two numbers of 32 bits are multiplied by one instruction.
      const auto small = static_cast<std::int32_t>(unit);
      small == unit ? widenTimes(small) : widenTimes(unit);
    };
    if (!encoding.hasBase()) return widenNumbers(std::identity{});
    widenNumbers([base = static_cast<Value>(slice.base)](Value stored) { return static_cast<Value>(stored + base); });
  };
  switch (bytes) {
    case 2:
      return widenTo(std::int16_t{});
    case 4:
      return widenTo(std::int32_t{});
    case 8:
      return widenTo(std::int64_t{});
    default:
      return widenTo(Int128{});
  }
}

template <typename Rows>
void copyStored(std::size_t bytes, const ColumnSlice& slice, const Rows& rows, void* target) {
  visitWidth(bytes, [&]<typename T>() {
    const auto* const stored = reinterpret_cast<const T*>(slice.values);  // NOLINT
    auto* const values = static_cast<T*>(target);
    rows.forEach([=](std::uint64_t source, std::uint32_t place) { values[place] = stored[source]; });
  });
}

/// Calls visit<Code>() for the type of codes of so many bytes.
template <typename Visit>
void visitCodes(std::size_t bytes, Visit&& visit) {
  switch (bytes) {
    case 1:
      return visit.template operator()<std::uint8_t>();
    case 2:
      return visit.template operator()<std::uint16_t>();
    case 4:
      return visit.template operator()<std::uint32_t>();
    default:
      return visit.template operator()<std::uint64_t>();
  }
}

template <typename Rows>
void lookUp(std::size_t codeBytes, std::size_t valueBytes, const ColumnSlice& slice, const Rows& rows, void* target) {
  visitWidth(valueBytes, [&]<typename T>() {
    const auto* const dictionary = reinterpret_cast<const T*>(slice.dictionary);  // NOLINT
    auto* const values = static_cast<T*>(target);
    visitCodes(codeBytes, [&]<typename Code>() {
      const auto* const codes = reinterpret_cast<const Code*>(slice.values);  // NOLINT
      if (slice.validity == nullptr) {
        rows.forEach([=](std::uint64_t source, std::uint32_t place) { values[place] = dictionary[codes[source]]; });
      } else {
        // What lies under a NULL need not be a code.
        rows.forEach([=, validity = slice.validity](std::uint64_t source, std::uint32_t place) {
          if (isValid(validity, source)) values[place] = dictionary[codes[source]];
        });
      }
    });
  });
}

template <typename Rows>
void makeStrings(const ColumnSlice& slice, const Rows& rows, void* target) {
  auto* const values = static_cast<StringView*>(target);
  rows.forEach(
      [&](std::uint64_t source, std::uint32_t place) { values[place] = stringAt(slice.values, slice.heap, source); });
}

/// For each byte of a validity bitmap, its eight rows' NULL bytes.
constexpr auto kNullBytes = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::uint32_t bits = 0; bits < 256; ++bits) {
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      if ((bits >> bit & 1) == 0) table[bits] |= std::uint64_t{1} << (8 * bit);
    }
  }
  return table;
}();

/// Writes the NULL bytes of rows [begin, begin + count); whether there is any NULL.
bool expandValidity(const std::uint8_t* validity, std::uint64_t begin, std::uint32_t count, std::uint8_t* nulls) {
  std::uint64_t any = 0;
  std::uint32_t i = 0;
  const auto shift = static_cast<std::uint32_t>(begin & 7);
  for (; i + 16 <= count; i += 8) {
    const std::uint8_t* const bytes = validity + ((begin + i) >> 3);
    const std::uint32_t bits =
        (static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8) >> shift;
    const std::uint64_t eight = kNullBytes[bits & 0xff];
    std::memcpy(nulls + i, &eight, sizeof(eight));
    any |= eight;
  }
  for (; i < count; ++i) {
    nulls[i] = isValid(validity, begin + i) ? 0 : 1;
    any |= nulls[i];
  }
  return any != 0;
}

}  // namespace

ColumnDecoder::ColumnDecoder(PhysicalType type, ColumnEncoding encoding, std::uint32_t capacity,
                             std::shared_ptr<MemoryBudget> budget)
    : type_(type), encoding_(encoding), capacity_(capacity), budget_(std::move(budget)) {}

bool ColumnDecoder::isVerbatim() const noexcept {
  return encoding_.kind == ColumnEncoding::Kind::Plain && encoding_.width == byteSize(type_);
}

std::uint64_t ColumnDecoder::memoryEstimate() const noexcept {
  return std::uint64_t{capacity_} * (byteSize(type_) + (encoding_.nullable ? 1 : 0));
}

Vector ColumnDecoder::decode(const ColumnSlice& slice, std::uint64_t begin, std::uint32_t count) {
  return decodeRows(slice, DenseRows{begin, count});
}

Vector ColumnDecoder::decodeAt(const ColumnSlice& slice, std::uint64_t begin, const RowSelection& rows) {
  if (rows.positions == nullptr || isVerbatim()) return decode(slice, begin, rows.extent());
  return decodeRows(slice, RowsInPlace{begin, rows});
}

Vector ColumnDecoder::decodeCompact(const ColumnSlice& slice, std::uint64_t begin, const RowSelection& rows) {
  if (rows.positions == nullptr) return decode(slice, begin, rows.count);
  return decodeRows(slice, CompactRows{begin, rows});
}

template <typename Rows>
Vector ColumnDecoder::decodeRows(const ColumnSlice& slice, const Rows& rows) {
  const std::size_t bytes = byteSize(type_);
  const bool refers = std::is_same_v<Rows, DenseRows> && isVerbatim();
  if (storage_.data() == nullptr && !(refers && slice.validity == nullptr)) {
    storage_ = Vector::allocate(type_, capacity_, budget_);
  }
  const std::uint8_t* const nulls = decodeNulls(slice, rows);
  if (refers) return Vector::refer(type_, slice.values + rows.begin * bytes, nulls);
  void* const target = storage_.mutableData();
  switch (encoding_.kind) {
    case ColumnEncoding::Kind::Plain:
      if (encoding_.width == bytes) {
        copyStored(bytes, slice, rows, target);
      } else if (encoding_.width == 1) {
        widenFrom<std::int8_t>(bytes, encoding_, slice, rows, target);
      } else if (encoding_.width == 2) {
        widenFrom<std::int16_t>(bytes, encoding_, slice, rows, target);
      } else if (encoding_.width == 4) {
        widenFrom<std::int32_t>(bytes, encoding_, slice, rows, target);
      } else {
        widenFrom<std::int64_t>(bytes, encoding_, slice, rows, target);
      }
      break;
    case ColumnEncoding::Kind::Dictionary:
      lookUp(encoding_.width, bytes, slice, rows, target);
      break;
    case ColumnEncoding::Kind::Codes:
      visitCodes(encoding_.width,
                 [&]<typename Code>() { widen<Code, std::int32_t>(slice, rows, target, std::identity{}); });
      break;
    case ColumnEncoding::Kind::Offsets:
      makeStrings(slice, rows, target);
      break;
  }
  return Vector::refer(type_, target, nulls);
}

template <typename Rows>
const std::uint8_t* ColumnDecoder::decodeNulls(const ColumnSlice& slice, const Rows& rows) {
  if (slice.validity == nullptr) return nullptr;
  std::uint8_t* const nulls = storage_.mutableNulls();
  bool any = false;
  if constexpr (std::is_same_v<Rows, DenseRows>) {
    any = expandValidity(slice.validity, rows.begin, rows.count, nulls);
  } else {
    std::uint8_t united = 0;
    rows.forEach([&](std::uint64_t source, std::uint32_t place) {
      const std::uint8_t isNull = isValid(slice.validity, source) ? 0 : 1;
      nulls[place] = isNull;
      united |= isNull;
    });
    any = united != 0;
  }
  return any ? nulls : nullptr;
}

}  // namespace basalt::interpreter
