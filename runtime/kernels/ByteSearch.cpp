#include "runtime/kernels/ByteSearch.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace basalt::kernels {

namespace {

/// One byte for each of 16 positions, in a vector register of whatever processor this is compiled for.
using Block = unsigned char __attribute__((vector_size(16)));

Block load(const char* bytes) noexcept {
  Block block;
  std::memcpy(&block, bytes, sizeof(block));
  return block;
}

/// Bit i is set where byte i is not zero.
std::uint32_t positionsSet(Block block) noexcept {
  using Bits = bool __attribute__((ext_vector_type(16)));
  return __builtin_bit_cast(std::uint16_t, __builtin_convertvector(block != 0, Bits));
}

}  // namespace

std::size_t findBytes(std::string_view text, std::string_view part, std::size_t from) noexcept {
  if (part.size() <= 1 || text.size() - from < part.size()) return text.find(part, from);
  const std::size_t lastOffset = part.size() - 1;
  // One past the last position where the part has room.
  const std::size_t end = text.size() - lastOffset;
  if (end - from < sizeof(Block)) return text.find(part, from);
  const Block first = Block{} + static_cast<unsigned char>(part.front());
  const Block last = Block{} + static_cast<unsigned char>(part.back());
  for (std::size_t position = from;;) {
    const char* bytes = text.data() + position;
    const auto both = (load(bytes) == first) & (load(bytes + lastOffset) == last);
    for (std::uint32_t found = positionsSet(__builtin_bit_cast(Block, both)); found != 0; found &= found - 1) {
      const auto at = static_cast<std::size_t>(std::countr_zero(found));
      if (std::memcmp(bytes + at, part.data(), lastOffset) == 0) return position + at;
    }
    position += sizeof(Block);
    if (position >= end) return std::string_view::npos;
    // The last block overlaps the one before, where there was nothing.
    position = std::min(position, end - sizeof(Block));
  }
}

}  // namespace basalt::kernels
