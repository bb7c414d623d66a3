#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "runtime/Annotations.h"
#include "runtime/kernels/Hash.h"
#include "runtime/kernels/StringCompare.h"
#include "runtime/types/Int128.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"
#include "runtime/types/Value.h"

namespace basalt {

class ValueSet;

namespace kernels {

/// Of a string that is not inline.
BASALT_EXPORT bool setContainsLongText(const ValueSet* set, StringView value) noexcept;

}  // namespace kernels

/// A hash table of integers with linear probing, at most half full. A value that is not in the set marks free slots.
template <typename T>
class IntegerSet {
 public:
  void fill(const std::vector<T>& values);

  bool contains(T value) const noexcept {
    for (std::uint64_t slot = hash(value) & mask_;; slot = (slot + 1) & mask_) {
      const T found = slots_[slot];
      // The order matters for the mark itself.
      if (found == free_) return false;
      if (found == value) return true;
    }
  }

 private:
  static std::uint64_t hash(std::int64_t value) noexcept { return kernels::hashBigInt(value); }
  static std::uint64_t hash(Int128 value) noexcept { return kernels::hashInt128(value); }

  std::vector<T> slots_{0};
  std::uint64_t mask_ = 0;
  T free_ = 0;
};

/// The constants of a long IN list, in the form in which kernels look values up. Immutable.
class ValueSet {
 public:
  /// Values of one type, none NULL, no interval.
  explicit ValueSet(std::span<const Value> values);

  /// How many values it was made of.
  std::size_t size() const noexcept { return size_; }
  bool contains(std::int64_t value) const noexcept { return narrow_.contains(value); }
  bool contains(Int128 value) const noexcept { return wide_.contains(value); }
  bool contains(double value) const noexcept { return narrow_.contains(canonicalBits(value)); }
  bool contains(StringView value) const noexcept {
    return value.isInline() ? wide_.contains(wordsOf(value)) : kernels::setContainsLongText(this, value);
  }

 private:
  /// Bits that are equal for numbers that compare as equal: zeros of either sign, all NaNs.
  static std::int64_t canonicalBits(double value) noexcept {
    return __builtin_bit_cast(std::int64_t, value != value ? __builtin_nan("") : value + 0.0);
  }
  /// Strings that are inline are equal where their handles are.
  static Int128 wordsOf(StringView text) noexcept {
    return static_cast<Int128>(static_cast<UInt128>(text.tail) << 64 | text.head);
  }
  void fillTexts(std::span<const Value> values);
  friend bool kernels::setContainsLongText(const ValueSet* set, StringView value) noexcept;

  std::size_t size_;
  /// One of these holds the values, strings that are inline by their words.
  IntegerSet<std::int64_t> narrow_;
  IntegerSet<Int128> wide_;
  std::deque<std::string> bytes_;
  std::vector<StringView> longTexts_;
  std::uint64_t longTextMask_ = 0;
};

}  // namespace basalt

/// Membership in a constant set, equality as in Compare.h.
namespace basalt::kernels {

BASALT_KERNEL("in_set") inline bool inSetTinyInt(std::int8_t value, const ValueSet* set) noexcept {
  return set->contains(std::int64_t{value});
}
BASALT_KERNEL("in_set") inline bool inSetSmallInt(std::int16_t value, const ValueSet* set) noexcept {
  return set->contains(std::int64_t{value});
}
BASALT_KERNEL("in_set") inline bool inSetInteger(std::int32_t value, const ValueSet* set) noexcept {
  return set->contains(std::int64_t{value});
}
BASALT_KERNEL("in_set") inline bool inSetBigInt(std::int64_t value, const ValueSet* set) noexcept {
  return set->contains(value);
}
BASALT_KERNEL("in_set") inline bool inSetInt128(Int128 value, const ValueSet* set) noexcept {
  return set->contains(value);
}
BASALT_KERNEL("in_set") inline bool inSetReal(float value, const ValueSet* set) noexcept {
  return set->contains(double{value});
}
BASALT_KERNEL("in_set") inline bool inSetDouble(double value, const ValueSet* set) noexcept {
  return set->contains(value);
}
BASALT_KERNEL("in_set") inline bool inSetDate(Date value, const ValueSet* set) noexcept {
  return set->contains(std::int64_t{static_cast<std::int32_t>(value)});
}
BASALT_KERNEL("in_set") inline bool inSetTime(Time value, const ValueSet* set) noexcept {
  return set->contains(static_cast<std::int64_t>(value));
}
BASALT_KERNEL("in_set") inline bool inSetTimestamp(Timestamp value, const ValueSet* set) noexcept {
  return set->contains(static_cast<std::int64_t>(value));
}
BASALT_KERNEL("in_set") inline bool inSetVarchar(StringView value, const ValueSet* set) noexcept {
  return set->contains(value);
}

}  // namespace basalt::kernels
