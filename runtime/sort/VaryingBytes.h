#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/rows/RowCollection.h"

namespace basalt {

/// Which bytes of normalised keys, at the heads of rows, differ among rows. The order of the rows is that of these
/// bytes alone: the high bytes of small numbers, the NULL bytes of columns without NULLs, and the beginnings that all
/// strings share say nothing.
class VaryingBytes {
 public:
  /// Of none, or of the one row.
  explicit VaryingBytes(std::uint32_t keyBytes) : words_((keyBytes + 7) / 8) {}

  /// Compares rows of `rowBytes` bytes with `reference`, the same for all that are united. Rows have padding behind
  /// them, so that eight bytes may be read wherever a key has one.
  void add(const RowCollection::Slice& rows, std::uint64_t rowBytes, const std::byte* reference) noexcept;
  void unite(const VaryingBytes& other) noexcept;
  /// `byte`: below the number of a key's bytes.
  bool differs(std::uint32_t byte) const noexcept {
    return reinterpret_cast<const std::uint8_t*>(words_.data())[byte] != 0;  // NOLINT
  }

 private:
  /// Eight bytes each, as they lie in memory: bits that differ.
  std::vector<std::uint64_t> words_;
};

}  // namespace basalt
