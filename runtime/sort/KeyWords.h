#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/rows/RowLayout.h"
#include "runtime/sort/SortEntry.h"
#include "runtime/sort/SortKeyLayout.h"
#include "runtime/sort/VaryingBytes.h"

namespace basalt {

/// A row's sort key as a sequence of 8-byte numbers, whose order one after the other is the order of the rows: the
/// normalised key at the row's head, of which only bytes that differ among the rows count, so that a number often has
/// several keys; with each string's further bytes inserted behind its prefix, and its length behind these (a string and
/// the same string with zeros behind it differ in that alone).
class KeyWords {
 public:
  /// `varying`: of all rows that are sorted together.
  KeyWords(const RowLayout& layout, const SortKeyLayout& keys, const VaryingBytes& varying);

  /// A place in that sequence.
  struct Place {
    std::size_t segment = 0;
    std::uint32_t word = 0;
  };

  /// Sets the prefix of each entry to the number of its row at `place`, and moves `place` on. The rows' numbers before
  /// that are equal. Returns false, and sets nothing, at the end of the keys.
  bool load(std::span<SortEntry> entries, Place& place) const;

 private:
  static constexpr std::uint32_t kBytes = sizeof(std::uint64_t);
  /// Up to eight bytes of the head, the most significant one first.
  struct HeadWord {
    std::uint32_t count = 0;
    std::array<std::uint32_t, kBytes> offsets{};

    bool liesTogether() const noexcept { return offsets[count - 1] - offsets[0] == count - 1; }
  };
  /// Bytes of the head, or what follows behind a string's prefix.
  struct Segment {
    enum class Kind : std::uint8_t { Head, Text };
    Kind kind = Kind::Head;
    std::vector<HeadWord> words;
    /// Where the StringView lies in the row.
    std::uint32_t column = 0;
    bool descending = false;
    /// The byte of the head that says NULL, and what it says for a value; only if `nullable`.
    bool nullable = false;
    std::uint32_t nullOffset = 0;
    std::byte validByte{};
  };

  static Segment headSegment(std::uint32_t begin, std::uint32_t end, const VaryingBytes& varying);
  static void loadHead(const HeadWord& word, std::span<SortEntry> entries) noexcept;
  static bool loadText(const Segment& segment, std::uint32_t word, std::span<SortEntry> entries) noexcept;

  std::vector<Segment> segments_;
};

}  // namespace basalt
