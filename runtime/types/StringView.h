#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace basalt {

/// A 16-byte string handle with the layout of Arrow's utf8_view: 4 bytes of length, 4 bytes of prefix, then either up
/// to 8 further inline bytes or a pointer. Strings of up to 12 bytes are inline and zero-padded, so equality of two
/// short strings is equality of two pairs of integers. A handle does not own the bytes behind its pointer. (Neumann and
/// Freitag, "Umbra: A Disk-Based System with In-Memory Performance", CIDR 2020.)
struct StringView {
  /// Length in the low 32 bits, the first four bytes in the high 32.
  std::uint64_t head;
  /// Bytes 4 to 11 of an inline string, else the address of all bytes.
  std::uint64_t tail;

  static constexpr std::uint32_t kInlineBytes = 12;

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(head); }
  bool isInline() const noexcept { return size() <= kInlineBytes; }

  /// The first byte. For an inline string it lies within this object, so the object must outlive the pointer.
  const char* data() const noexcept {
    return isInline() ? reinterpret_cast<const char*>(this) + sizeof(std::uint32_t)  // NOLINT
                      : reinterpret_cast<const char*>(tail);                         // NOLINT
  }
  std::string_view view() const noexcept { return {data(), size()}; }

  /// Makes a handle on `length` bytes at `bytes`; copies them when they fit inline, else keeps the pointer.
  static StringView make(const char* bytes, std::uint32_t length) noexcept {
    StringView result{length, 0};
    auto* inlineBytes = reinterpret_cast<char*>(&result) + sizeof(std::uint32_t);  // NOLINT
    if (length <= kInlineBytes) {
      std::memcpy(inlineBytes, bytes, length);
    } else {
      std::memcpy(inlineBytes, bytes, sizeof(std::uint32_t));
      result.tail = reinterpret_cast<std::uint64_t>(bytes);  // NOLINT
    }
    return result;
  }
  static StringView make(std::string_view text) noexcept {
    return make(text.data(), static_cast<std::uint32_t>(text.size()));
  }
};
static_assert(sizeof(StringView) == 16);

}  // namespace basalt
