#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/rows/RowLayout.h"
#include "runtime/sort/SortEntry.h"
#include "runtime/sort/SortKeyLayout.h"

namespace basalt {

/// A row's sort key as a sequence of 8-byte numbers, whose order one after the other is the order of the rows: the
/// normalised key at the row's head, with each string's further bytes inserted behind its prefix, and its length behind
/// these (a string and the same string with zeros behind it differ in that alone).
class KeyWords {
 public:
  KeyWords(const RowLayout& layout, const SortKeyLayout& keys);

  /// A place in that sequence.
  struct Place {
    std::size_t segment = 0;
    std::uint32_t offset = 0;
  };

  /// Sets the prefix of each entry to the number of its row at `place`, and moves `place` on. The rows' numbers before
  /// that are equal. Returns false, and sets nothing, at the end of the keys.
  bool load(std::span<SortEntry> entries, Place& place) const;

 private:
  /// Bytes of the head that are compared as they are, or what follows behind a string's prefix.
  struct Segment {
    enum class Kind : std::uint8_t { Head, Text };
    Kind kind = Kind::Head;
    /// Of the head.
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    /// Where the StringView lies in the row.
    std::uint32_t column = 0;
    bool descending = false;
    /// The byte of the head that says NULL, and what it says for a value; only if `nullable`.
    bool nullable = false;
    std::uint32_t nullOffset = 0;
    std::byte validByte{};
  };

  static std::uint64_t headWord(const Segment& segment, std::uint32_t offset, const std::byte* row) noexcept;
  static bool loadText(const Segment& segment, std::uint32_t offset, std::span<SortEntry> entries) noexcept;

  std::vector<Segment> segments_;
};

}  // namespace basalt
