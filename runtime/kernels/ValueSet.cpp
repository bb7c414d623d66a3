#include "runtime/kernels/ValueSet.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace basalt {

namespace {

/// Slots for `count` values, at most half of them taken.
std::uint64_t slotCount(std::size_t count) { return std::bit_ceil(std::max<std::uint64_t>(count, 1) * 2); }

// No string is that long.
constexpr StringView kFree{UINT64_MAX, 0};

}  // namespace

template <typename T>
void IntegerSet<T>::fill(const std::vector<T>& values) {
  std::vector<T> sorted = values;
  std::ranges::sort(sorted);
  free_ = 0;
  for (const T value : sorted) {
    if (value == free_) ++free_;
  }
  slots_.assign(slotCount(values.size()), free_);
  mask_ = slots_.size() - 1;
  for (const T value : values) {
    std::uint64_t slot = hash(value) & mask_;
    while (slots_[slot] != free_ && slots_[slot] != value) slot = (slot + 1) & mask_;
    slots_[slot] = value;
  }
}

ValueSet::ValueSet(std::span<const Value> values) : size_(values.size()) {
  if (values.empty()) return;
  const Type type = values.front().type();
  if (type.isString()) {
    fillTexts(values);
  } else if (type.isFloating()) {
    std::vector<std::int64_t> bits;
    for (const Value& value : values) bits.push_back(canonicalBits(value.asDouble()));
    narrow_.fill(bits);
  } else if (type.physical() == PhysicalType::Int128) {
    std::vector<Int128> numbers;
    for (const Value& value : values) numbers.push_back(value.asInt128());
    wide_.fill(numbers);
  } else {
    std::vector<std::int64_t> numbers;
    for (const Value& value : values) numbers.push_back(static_cast<std::int64_t>(value.asInt128()));
    narrow_.fill(numbers);
  }
}

void ValueSet::fillTexts(std::span<const Value> values) {
  std::vector<Int128> inlineTexts;
  std::vector<StringView> longTexts;
  for (const Value& value : values) {
    const StringView text = StringView::make(bytes_.emplace_back(value.asString()));
    text.isInline() ? inlineTexts.push_back(wordsOf(text)) : longTexts.push_back(text);
  }
  if (!inlineTexts.empty()) wide_.fill(inlineTexts);
  if (longTexts.empty()) return;
  longTexts_.assign(slotCount(longTexts.size()), kFree);
  longTextMask_ = longTexts_.size() - 1;
  for (const StringView text : longTexts) {
    std::uint64_t slot = kernels::hashVarchar(text) & longTextMask_;
    while (longTexts_[slot].head != kFree.head && !kernels::equalStrings(longTexts_[slot], text)) {
      slot = (slot + 1) & longTextMask_;
    }
    longTexts_[slot] = text;
  }
}

bool kernels::setContainsLongText(const ValueSet* set, StringView value) noexcept {
  if (set->longTexts_.empty()) return false;
  const std::uint64_t mask = set->longTextMask_;
  for (std::uint64_t slot = hashVarchar(value) & mask;; slot = (slot + 1) & mask) {
    const StringView found = set->longTexts_[slot];
    if (found.head == kFree.head) return false;
    if (equalStrings(found, value)) return true;
  }
}

}  // namespace basalt
