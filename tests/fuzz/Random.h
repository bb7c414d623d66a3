#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace basalt::fuzz {

/// Random choices that are the same for the same seed on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : generator_(seed) {}

  /// The seed of part `index` of what `seed` makes.
  static std::uint64_t derive(std::uint64_t seed, std::uint64_t index) {
    std::uint64_t value = seed + (index + 1) * 0x9E3779B97F4A7C15;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
  }

  std::uint64_t next() { return generator_(); }
  /// Within [low, high].
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    const auto range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + (range == 0 ? next() : next() % range));
  }
  bool chance(int percent) { return integer(1, 100) <= percent; }
  std::size_t index(std::size_t size) { return static_cast<std::size_t>(next() % size); }
  template <typename T>
  const T& pick(const std::vector<T>& choices) {
    return choices[index(choices.size())];
  }

 private:
  std::mt19937_64 generator_;
};

}  // namespace basalt::fuzz
