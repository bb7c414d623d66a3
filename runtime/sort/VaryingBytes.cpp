#include "runtime/sort/VaryingBytes.h"

#include <algorithm>
#include <cstring>

namespace basalt {

namespace {

std::uint64_t wordAt(const std::byte* place) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, place, sizeof(word));
  return word;
}

}  // namespace

void VaryingBytes::add(const RowCollection::Slice& rows, std::uint64_t rowBytes, const std::byte* reference) noexcept {
  // So many rows at a time stay in the cache while they are gone through word by word, each in a register.
  constexpr std::uint64_t kRows = 128;
  for (std::uint64_t begin = 0; begin < rows.count; begin += kRows) {
    const std::uint64_t count = std::min(kRows, rows.count - begin);
    for (std::size_t word = 0; word < words_.size(); ++word) {
      const std::byte* place = rows.rows + begin * rowBytes + word * sizeof(std::uint64_t);
      const std::uint64_t expected = wordAt(reference + word * sizeof(std::uint64_t));
      std::uint64_t differing = 0;
      for (std::uint64_t row = 0; row < count; ++row, place += rowBytes) differing |= wordAt(place) ^ expected;
      words_[word] |= differing;
    }
  }
}

void VaryingBytes::unite(const VaryingBytes& other) noexcept {
  for (std::size_t word = 0; word < words_.size(); ++word) words_[word] |= other.words_[word];
}

}  // namespace basalt
