#pragma once

#include <cstddef>
#include <string_view>

namespace basalt::kernels {

/// Two places of a part that is searched for, where many positions of a text are looked at before the whole part is
/// compared at any of them.
struct ProbedPlaces {
  std::size_t first;
  std::size_t second;

  /// The part's ends: good for one search. The part must not be empty.
  static ProbedPlaces ends(std::string_view part) noexcept { return {0, part.size() - 1}; }
  /// Where bytes stand that are rare in running text, for many searches: takes time to find.
  static ProbedPlaces rarest(std::string_view part) noexcept;
};

/// The first position from `from` (at most the text's size) on where `part` stands in `text`, or npos. An empty part
/// stands everywhere. Compares the bytes at two places of the part in many positions at a time, and the rest where both
/// are right. (Muła, "SIMD-friendly algorithms for substring searching", 2016: the generic algorithm; choosing rare
/// bytes: Horspool, "Practical fast searching in strings", 1980.)
std::size_t findBytes(std::string_view text, std::string_view part, std::size_t from) noexcept;
std::size_t findBytes(std::string_view text, std::string_view part, ProbedPlaces places, std::size_t from) noexcept;

/// The same on processors without AVX-512, where findBytes() goes on with it.
std::size_t findBytesInShortVectors(std::string_view text, std::string_view part, ProbedPlaces places,
                                    std::size_t from) noexcept;

}  // namespace basalt::kernels
