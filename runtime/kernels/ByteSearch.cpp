#include "runtime/kernels/ByteSearch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <immintrin.h>

namespace basalt::kernels {

namespace {

constexpr std::size_t kPrefetchedAhead = 2048;

/// One byte for each of so many positions, in a vector register of whatever processor this is compiled for.
template <std::size_t kPositions>
using Block = unsigned char __attribute__((vector_size(kPositions)));

template <std::size_t kPositions>
Block<kPositions> load(const char* bytes) noexcept {
  Block<kPositions> block;
  std::memcpy(&block, bytes, sizeof(block));
  return block;
}

/// A byte of a part, and where it stands there.
struct Probe {
  Probe(std::string_view part, std::size_t where) noexcept
      : place(where), byte(static_cast<unsigned char>(part[where])) {}

  std::size_t place;
  unsigned char byte;
};

/// Bit i is set where both bytes are right for a part at text[i].
template <std::size_t kPositions>
std::uint64_t positionsRight(const char* text, const Probe& one, const Probe& other) noexcept {
  if constexpr (kPositions == 64) {
    return positionsRight<32>(text, one, other) | positionsRight<32>(text + 32, one, other) << 32;
  } else {
    using Bits = bool __attribute__((ext_vector_type(kPositions)));
    using Word = std::conditional_t<kPositions == 32, std::uint32_t, std::uint16_t>;
    const auto right = (load<kPositions>(text + one.place) == Block<kPositions>{} + one.byte) &
                       (load<kPositions>(text + other.place) == Block<kPositions>{} + other.byte);
    return __builtin_bit_cast(Word, __builtin_convertvector(right != 0, Bits));
  }
}

/// The same as findBytes, for parts of at least two bytes in a text where they have room at kPositions places or more
/// before `end`.
template <std::size_t kPositions>
std::size_t findInBlocks(const char* text, std::string_view part, ProbedPlaces places, std::size_t from,
                         std::size_t end) noexcept {
  const Probe first(part, places.first);
  const Probe second(part, places.second);
  // Looked at where these two are right, which in running text they often are by chance.
  const Probe third(part, part.size() / 2);
  const Probe fourth(part, part.size() - 1);
  // The last block overlaps the one before, or what lies before `from`.
  const std::size_t lastBlock = end - kPositions;
  std::size_t position = std::min(from, lastBlock);
  std::uint64_t wanted = UINT64_MAX << (from - position);
  for (;;) {
    const char* const bytes = text + position;
    // The processor by itself looks ahead no further than to the end of a page.
    __builtin_prefetch(bytes + kPrefetchedAhead);
    std::uint64_t found = positionsRight<kPositions>(bytes, first, second) & wanted;
    if (found != 0) found &= positionsRight<kPositions>(bytes, third, fourth);
    for (; found != 0; found &= found - 1) {
      const auto at = static_cast<std::size_t>(std::countr_zero(found));
      if (std::memcmp(bytes + at, part.data(), part.size()) == 0) return position + at;
    }
    if (position == lastBlock) return std::string_view::npos;
    position = std::min(position + kPositions, lastBlock);
    wanted = UINT64_MAX;
  }
}

/// The same in a text of any size, 64 positions at a time, of which the last ones are masked. All four probes at once:
/// a branch that is taken by chance costs more than two of them.
[[gnu::target("avx512f,avx512bw")]] std::size_t findInLongBlocks(const char* text, std::string_view part,
                                                                 ProbedPlaces places, std::size_t from,
                                                                 std::size_t end) noexcept {
  const std::array<std::size_t, 4> probes = {places.first, places.second, part.size() / 2, part.size() - 1};
  while (from < end) {
    // Made anew behind each place that is looked at, mostly far away: no such register outlives a call.
    std::array<__m512i, 4> bytes;
    for (std::size_t probe = 0; probe < probes.size(); ++probe) bytes[probe] = _mm512_set1_epi8(part[probes[probe]]);
    std::uint64_t found = 0;
    for (; found == 0 && from < end; from += 64) {
      // The processor by itself looks ahead no further than to the end of a page.
      __builtin_prefetch(text + from + kPrefetchedAhead);
      const __mmask64 positions = end - from >= 64 ? UINT64_MAX : (std::uint64_t{1} << (end - from)) - 1;
      found = positions;
      for (std::size_t probe = 0; probe < probes.size(); ++probe) {
        const __m512i block = _mm512_maskz_loadu_epi8(positions, text + from + probes[probe]);
        found &= _mm512_cmpeq_epi8_mask(block, bytes[probe]);
      }
    }
    for (; found != 0; found &= found - 1) {
      const std::size_t at = from - 64 + static_cast<std::size_t>(std::countr_zero(found));
      if (std::memcmp(text + at, part.data(), part.size()) == 0) return at;
    }
  }
  return std::string_view::npos;
}

bool hasLongVectors() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

/// How often a byte stands in running text, as a rank: the lower, the rarer.
std::size_t commonness(char byte) noexcept {
  // From rare to common: the letters of English (Lewand, "Cryptological Mathematics", 2000).
  constexpr std::string_view kCommon = "0123456789zqxjkvbpygfwmucldrhsnioate ";
  const std::size_t rank = kCommon.find(byte);
  return rank == std::string_view::npos ? 0 : rank + 1;
}

}  // namespace

ProbedPlaces ProbedPlaces::rarest(std::string_view part) noexcept {
  ProbedPlaces places = ends(part);
  const auto rarer = [part](std::size_t place, std::size_t than) {
    return commonness(part[place]) < commonness(part[than]);
  };
  for (std::size_t place = 1; place < part.size(); ++place) {
    if (rarer(place, places.first)) places.first = place;
  }
  // Neighbours often come together, so that the second one would tell little: q and u.
  const auto isApart = [&](std::size_t place) { return place + 1 < places.first || place > places.first + 1; };
  places.second = isApart(part.size() - 1) ? part.size() - 1 : 0;
  for (std::size_t place = 0; place < part.size(); ++place) {
    if (isApart(place) && rarer(place, places.second)) places.second = place;
  }
  return places;
}

std::size_t findBytes(std::string_view text, std::string_view part, std::size_t from) noexcept {
  return part.empty() ? from : findBytes(text, part, ProbedPlaces::ends(part), from);
}

std::size_t findBytes(std::string_view text, std::string_view part, ProbedPlaces places, std::size_t from) noexcept {
  static const bool kHasLongVectors = hasLongVectors();
  if (!kHasLongVectors) return findBytesInShortVectors(text, part, places, from);
  if (part.size() <= 1 || text.size() - from < part.size()) return text.find(part, from);
  return findInLongBlocks(text.data(), part, places, from, text.size() - part.size() + 1);
}

std::size_t findBytesInShortVectors(std::string_view text, std::string_view part, ProbedPlaces places,
                                    std::size_t from) noexcept {
  if (part.size() <= 1 || text.size() - from < part.size()) return text.find(part, from);
  // One past the last position where the part has room.
  const std::size_t end = text.size() - part.size() + 1;
  if (end - from >= 64) return findInBlocks<64>(text.data(), part, places, from, end);
  if (end - from >= 32) return findInBlocks<32>(text.data(), part, places, from, end);
  if (end >= 16) return findInBlocks<16>(text.data(), part, places, from, end);
  return text.find(part, from);
}

}  // namespace basalt::kernels
