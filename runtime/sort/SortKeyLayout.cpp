#include "runtime/sort/SortKeyLayout.h"

#include <cstring>

#include "runtime/kernels/SortKey.h"
#include "runtime/types/StringView.h"

namespace basalt {

SortKeyLayout::SortKeyLayout(std::vector<Key> keys) : keys_(std::move(keys)) {
  for (Key& key : keys_) {
    key.offset = bytes_;
    key.bytes = static_cast<std::uint32_t>(kernels::sortKeyBytes(key.type));
    bytes_ = key.valueOffset() + key.bytes;
    if (key.type == PhysicalType::String && !needsTieBreak_) {
      needsTieBreak_ = true;
      decisiveBytes_ = bytes_;
    }
  }
  if (!needsTieBreak_) decisiveBytes_ = bytes_;
}

int SortKeyLayout::compare(const RowLayout& layout, const std::byte* left, const std::byte* right) const noexcept {
  if (!needsTieBreak_) return std::memcmp(left, right, bytes_);
  for (const Key& key : keys_) {
    const std::uint32_t length = key.valueOffset() - key.offset + key.bytes;
    if (const int order = std::memcmp(left + key.offset, right + key.offset, length); order != 0) return order;
    if (key.type != PhysicalType::String) continue;
    // Equal NULL bytes: both NULL, with nothing more to compare, or both values.
    if (key.nullable && std::to_integer<std::uint8_t>(left[key.offset]) != key.validByte()) continue;
    StringView leftText{};
    StringView rightText{};
    std::memcpy(&leftText, left + layout.column(key.column).offset, sizeof(StringView));
    std::memcpy(&rightText, right + layout.column(key.column).offset, sizeof(StringView));
    if (const int order = leftText.view().compare(rightText.view()); order != 0) return key.descending ? -order : order;
  }
  return 0;
}

}  // namespace basalt
