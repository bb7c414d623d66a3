#include "runtime/kernels/TextEdit.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

#include "runtime/kernels/ByteSearch.h"
#include "runtime/kernels/StringResult.h"
#include "runtime/kernels/Text.h"
#include "runtime/types/Utf8.h"

namespace basalt::kernels {

namespace {

constexpr StringView kEmpty{0, 0};

/// Of a number's magnitude, also of the smallest one's.
std::uint64_t magnitude(std::int64_t value) noexcept {
  return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

std::uint64_t characterCount(std::string_view bytes) noexcept {
  return static_cast<std::uint64_t>(countCharacters(bytes.data(), bytes.size()));
}

/// A product of sizes, or one that no string can have.
std::uint64_t multiplySizes(std::uint64_t left, std::uint64_t right) noexcept {
  std::uint64_t product;
  return __builtin_mul_overflow(left, right, &product) ? std::numeric_limits<std::uint64_t>::max() : product;
}

/// Writes `size` bytes that repeat `bytes`.
char* writeRepeated(char* target, std::string_view bytes, std::uint64_t size) noexcept {
  while (size >= bytes.size()) {
    target = std::ranges::copy(bytes, target).out;
    size -= bytes.size();
  }
  return std::copy_n(bytes.data(), size, target);
}

/// Where the character begins whose last byte is before `end`.
std::size_t startOfLast(std::string_view bytes, std::size_t end) noexcept {
  do {
    --end;
  } while (end > 0 && isContinuationByte(bytes[end]));
  return end;
}

/// The next separator from `from` on, or npos; an empty one stands behind each character but the last.
std::size_t findSeparator(std::string_view bytes, std::string_view separator, std::size_t from) noexcept {
  if (!separator.empty()) return findBytes(bytes, separator, from);
  const std::size_t next = skipCharacters(bytes, from, 1);
  return next < bytes.size() ? next : std::string_view::npos;
}

}  // namespace

std::int64_t positionOfText(StringView text, StringView part) noexcept {
  const std::string_view bytes = text.view();
  const std::size_t found = findBytes(bytes, part.view(), 0);
  return found == std::string_view::npos ? 0 : countCharacters(bytes.data(), found) + 1;
}

StringView leftOfText(StringView text, std::int64_t count) noexcept {
  const std::string_view bytes = text.view();
  std::uint64_t wanted = magnitude(count);
  if (count < 0) {
    const std::uint64_t all = characterCount(bytes);
    wanted = all - std::min(all, wanted);
  }
  return StringView::make(bytes.substr(0, skipCharacters(bytes, 0, wanted)));
}

StringView rightOfText(StringView text, std::int64_t count) noexcept {
  const std::string_view bytes = text.view();
  std::uint64_t skipped = magnitude(count);
  if (count >= 0) {
    const std::uint64_t all = characterCount(bytes);
    skipped = all - std::min(all, skipped);
  }
  return StringView::make(bytes.substr(skipCharacters(bytes, 0, skipped)));
}

StringView padText(StringView text, std::int64_t size, StringView pad, bool atStart, ErrorCode* error,
                   StringArena* arena) noexcept {
  const std::uint64_t wanted = size < 0 ? 0 : static_cast<std::uint64_t>(size);
  const std::uint64_t present = characterCount(text.view());
  if (present >= wanted) return leftOfText(text, static_cast<std::int64_t>(wanted));
  const std::uint64_t padCharacters = characterCount(pad.view());
  if (padCharacters == 0) {
    *error = ErrorCode::InvalidArgument;
    return kEmpty;
  }
  const std::uint64_t missing = wanted - present;
  const std::uint64_t rest = skipCharacters(pad.view(), 0, missing % padCharacters);
  const std::uint64_t whole = multiplySizes(missing / padCharacters, pad.size());
  // Far more than a string can have; adding the rest must not wrap.
  if (whole > std::numeric_limits<std::uint32_t>::max()) {
    *error = ErrorCode::OutOfMemory;
    return kEmpty;
  }
  const std::uint64_t padding = whole + rest;
  return buildString(padding + text.size(), error, arena, [&](char* target) {
    if (atStart) {
      target = writeRepeated(target, pad.view(), padding);
    }
    target = std::ranges::copy(text.view(), target).out;
    if (!atStart) {
      writeRepeated(target, pad.view(), padding);
    }
  });
}

StringView repeatText(StringView text, std::int64_t count, ErrorCode* error, StringArena* arena) noexcept {
  if (count < 1 || text.size() == 0) return kEmpty;
  const std::uint64_t size = multiplySizes(static_cast<std::uint64_t>(count), text.size());
  return buildString(size, error, arena, [&](char* target) { writeRepeated(target, text.view(), size); });
}

StringView reverseText(StringView text, ErrorCode* error, StringArena* arena) noexcept {
  const std::string_view bytes = text.view();
  return buildString(bytes.size(), error, arena, [&](char* target) {
    for (std::size_t end = bytes.size(); end > 0;) {
      const std::size_t start = startOfLast(bytes, end);
      target = std::ranges::copy(bytes.substr(start, end - start), target).out;
      end = start;
    }
  });
}

StringView replaceText(StringView text, StringView from, StringView to, ErrorCode* error, StringArena* arena) noexcept {
  const std::string_view bytes = text.view();
  const std::string_view old = from.view();
  if (old.empty()) return text;
  std::uint64_t count = 0;
  for (std::size_t at = findBytes(bytes, old, 0); at != std::string_view::npos;
       at = findBytes(bytes, old, at + old.size())) {
    ++count;
  }
  if (count == 0) return text;
  const std::uint64_t size = bytes.size() - count * old.size() + count * to.size();
  return buildString(size, error, arena, [&](char* target) {
    std::size_t position = 0;
    for (std::size_t at = findBytes(bytes, old, 0); at != std::string_view::npos;
         at = findBytes(bytes, old, position)) {
      target = std::ranges::copy(bytes.substr(position, at - position), target).out;
      target = std::ranges::copy(to.view(), target).out;
      position = at + old.size();
    }
    std::ranges::copy(bytes.substr(position), target);
  });
}

StringView splitText(StringView text, StringView separator, std::int64_t index) noexcept {
  const std::string_view bytes = text.view();
  const std::string_view between = separator.view();
  std::uint64_t wanted = magnitude(index);
  if (index < 0) {
    std::uint64_t parts = 1;
    for (std::size_t at = findSeparator(bytes, between, 0); at != std::string_view::npos;
         at = findSeparator(bytes, between, at + between.size())) {
      ++parts;
    }
    wanted = wanted > parts ? 0 : parts - wanted + 1;
  }
  if (wanted == 0) return kEmpty;
  std::size_t start = 0;
  for (std::uint64_t number = 1;; ++number) {
    const std::size_t end = findSeparator(bytes, between, start);
    if (number == wanted)
      return StringView::make(bytes.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return kEmpty;
    start = end + between.size();
  }
}

StringView trimCharacters(StringView text, StringView characters, bool atStart, bool atEnd) noexcept {
  std::string_view bytes = text.view();
  const std::string_view set = characters.view();
  // In UTF-8 the bytes of one character stand within those of no other.
  const auto isTrimmed = [set](std::string_view character) { return set.find(character) != std::string_view::npos; };
  while (atStart && !bytes.empty()) {
    const std::size_t size = skipCharacters(bytes, 0, 1);
    if (!isTrimmed(bytes.substr(0, size))) break;
    bytes.remove_prefix(size);
  }
  while (atEnd && !bytes.empty()) {
    const std::size_t start = startOfLast(bytes, bytes.size());
    if (!isTrimmed(bytes.substr(start))) break;
    bytes.remove_suffix(bytes.size() - start);
  }
  return StringView::make(bytes);
}

std::int32_t firstCodePoint(StringView text) noexcept {
  const std::string_view bytes = text.view();
  if (bytes.empty()) return 0;
  const auto lead = static_cast<unsigned char>(bytes[0]);
  // 110xxxxx begins a character of two bytes, 1110xxxx of three, 11110xxx of four.
  const std::size_t size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::uint32_t code = size == 1 ? lead : lead & (0x7FU >> size);
  for (std::size_t i = 1; i < std::min(size, bytes.size()); ++i) {
    code = (code << 6) | (static_cast<unsigned char>(bytes[i]) & 0x3F);
  }
  return static_cast<std::int32_t>(code);
}

}  // namespace basalt::kernels
