#pragma once

#include <bit>
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
    // In registers, by loads that overlap: what was stored in pieces can only be loaded as a whole after a while.
    static_assert(std::endian::native == std::endian::little);
    if (length > kInlineBytes) {
      return {length | std::uint64_t{load<std::uint32_t>(bytes)} << 32,
              reinterpret_cast<std::uint64_t>(bytes)};  // NOLINT
    }
    if (length >= 8) {
      const auto first = load<std::uint64_t>(bytes);
      const std::uint64_t last = load<std::uint32_t>(bytes + length - 4);
      return {length | first << 32, first >> 32 | last >> (8 * (12 - length)) << 32};
    }
    if (length >= 4) {
      const std::uint64_t first = load<std::uint32_t>(bytes);
      const std::uint64_t last = load<std::uint32_t>(bytes + length - 4);
      return {length | first << 32, last >> (8 * (8 - length))};
    }
    std::uint64_t head = length;
    if (length != 0) {
      const auto place = [&](std::uint32_t index) noexcept {
        return std::uint64_t{static_cast<unsigned char>(bytes[index])} << (32 + 8 * index);
      };
      head |= place(0) | place(length / 2) | place(length - 1);
    }
    return {head, 0};
  }
  static StringView make(std::string_view text) noexcept {
    return make(text.data(), static_cast<std::uint32_t>(text.size()));
  }

 private:
  template <typename T>
  static T load(const char* bytes) noexcept {
    T value;
    std::memcpy(&value, bytes, sizeof(value));
    return value;
  }
};
static_assert(sizeof(StringView) == 16);

}  // namespace basalt
