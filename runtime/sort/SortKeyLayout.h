#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "runtime/Annotations.h"
#include "runtime/rows/RowLayout.h"

namespace basalt {

/// The normalised sort key at the head of a row: for each key a NULL byte (when nullable) and an order-preserving,
/// fixed-width form of the value, so that memcmp of two heads orders two rows. Strings contribute a prefix; where
/// prefixes are equal, the stored columns decide. (Graefe, "Implementing Sorting in Database Systems", ACM Computing
/// Surveys 2006, section 2.)
class SortKeyLayout {
 public:
  struct Key {
    /// Which column of the row holds the value.
    std::uint32_t column = 0;
    PhysicalType type = PhysicalType::Bool;
    bool nullable = false;
    bool descending = false;
    bool nullsFirst = false;
    /// Where the key begins in the head: the NULL byte when nullable, then the value's bytes.
    std::uint32_t offset = 0;
    /// Bytes of the value's form.
    std::uint32_t bytes = 0;

    /// What the NULL byte holds for a value; a NULL has the other of 0 and 1.
    std::uint8_t validByte() const noexcept { return nullsFirst ? 1 : 0; }
    std::uint32_t valueOffset() const noexcept { return offset + (nullable ? 1 : 0); }
    friend bool operator==(const Key&, const Key&) = default;
  };

  SortKeyLayout() = default;
  /// Places the keys one behind the other; offsets and bytes of `keys` are filled in.
  explicit SortKeyLayout(std::vector<Key> keys);

  std::span<const Key> keys() const noexcept { return keys_; }
  /// Bytes that memcmp compares.
  std::uint32_t bytes() const noexcept { return bytes_; }
  /// Whether rows with equal heads may still differ: a string may go on behind its prefix.
  bool needsTieBreak() const noexcept { return needsTieBreak_; }
  /// The leading bytes whose order, where they differ, is the order of the rows: all, or up to the first string's
  /// prefix.
  std::uint32_t decisiveBytes() const noexcept { return decisiveBytes_; }

  /// Negative, zero or positive: the order of two whole rows whose layout is `layout` and whose head is the key.
  int compare(const RowLayout& layout, const std::byte* left, const std::byte* right) const noexcept;

  friend bool operator==(const SortKeyLayout&, const SortKeyLayout&) = default;

 private:
  std::vector<Key> keys_;
  std::uint32_t bytes_ = 0;
  std::uint32_t decisiveBytes_ = 0;
  bool needsTieBreak_ = false;
};

}  // namespace basalt
