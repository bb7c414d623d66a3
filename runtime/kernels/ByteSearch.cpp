#include "runtime/kernels/ByteSearch.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace basalt::kernels {

namespace {

/// One byte for each of so many positions, in a vector register of whatever processor this is compiled for.
template <std::size_t kPositions>
using Block = unsigned char __attribute__((vector_size(kPositions)));

template <std::size_t kPositions>
Block<kPositions> load(const char* bytes) noexcept {
  Block<kPositions> block;
  std::memcpy(&block, bytes, sizeof(block));
  return block;
}

/// Bit i is set where byte i is not zero.
template <std::size_t kPositions>
std::uint32_t positionsSet(Block<kPositions> block) noexcept {
  using Bits = bool __attribute__((ext_vector_type(kPositions)));
  using Word = std::conditional_t<kPositions == 32, std::uint32_t, std::uint16_t>;
  return __builtin_bit_cast(Word, __builtin_convertvector(block != 0, Bits));
}

/// The same as findBytes, for parts of at least two bytes in a text where they have room at kPositions places or more
/// before `end`.
template <std::size_t kPositions>
std::size_t findInBlocks(const char* text, std::string_view part, std::size_t from, std::size_t end) noexcept {
  const std::size_t lastOffset = part.size() - 1;
  const auto first = Block<kPositions>{} + static_cast<unsigned char>(part.front());
  const auto last = Block<kPositions>{} + static_cast<unsigned char>(part.back());
  // Looked at where these two stand, which in running text they often do by chance.
  const std::size_t middleOffset = part.size() / 2;
  const auto middle = Block<kPositions>{} + static_cast<unsigned char>(part[middleOffset]);
  const auto second = Block<kPositions>{} + static_cast<unsigned char>(part[1]);
  // The last block overlaps the one before, or what lies before `from`.
  const std::size_t lastBlock = end - kPositions;
  std::size_t position = std::min(from, lastBlock);
  std::uint32_t wanted = UINT32_MAX << (from - position);
  for (;;) {
    const char* const bytes = text + position;
    const auto both = (load<kPositions>(bytes) == first) & (load<kPositions>(bytes + lastOffset) == last);
    std::uint32_t found = positionsSet<kPositions>(__builtin_bit_cast(Block<kPositions>, both)) & wanted;
    if (found != 0) {
      const auto inside = (load<kPositions>(bytes + 1) == second) & (load<kPositions>(bytes + middleOffset) == middle);
      found &= positionsSet<kPositions>(__builtin_bit_cast(Block<kPositions>, inside));
    }
    for (; found != 0; found &= found - 1) {
      const auto at = static_cast<std::size_t>(std::countr_zero(found));
      if (std::memcmp(bytes + at, part.data(), lastOffset) == 0) return position + at;
    }
    if (position == lastBlock) return std::string_view::npos;
    position = std::min(position + kPositions, lastBlock);
    wanted = UINT32_MAX;
  }
}

}  // namespace

std::size_t findBytes(std::string_view text, std::string_view part, std::size_t from) noexcept {
  if (part.size() <= 1 || text.size() - from < part.size()) return text.find(part, from);
  // One past the last position where the part has room.
  const std::size_t end = text.size() - part.size() + 1;
  if (end - from >= 32) return findInBlocks<32>(text.data(), part, from, end);
  if (end >= 16) return findInBlocks<16>(text.data(), part, from, end);
  return text.find(part, from);
}

}  // namespace basalt::kernels
