#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/storage/DistinctStrings.h"

namespace basalt {

/// Collects the distinct strings of one column over all chunks of a table, as long as they are few. Threads hand in the
/// distinct strings of a chunk at a time and get provisional codes; sort() then gives the final ones. The set only
/// grows, so whether it ends up too large does not depend on the order of the chunks.
class StringDictionary {
 public:
  /// Most strings a dictionary may have, so that provisional codes fit 16 bits.
  static constexpr std::uint32_t kMaxStrings = 65536;

  /// Provisional codes of a chunk's distinct strings; nothing when there are too many, from then on. Thread-safe.
  std::optional<std::vector<std::uint16_t>> assign(const DistinctStrings& strings);
  /// Whether there were too many strings. Codes given before stay valid.
  bool isGivenUp() const;

  /// The rest is for one thread, after the last assign().
  std::uint32_t size() const noexcept { return strings_.size(); }
  std::string_view text(std::uint16_t code) const noexcept { return strings_.text(code); }
  /// Sorts the strings bytewise. sorted() are then the strings in final code order, finalCodes() maps provisional
  /// codes.
  void sort();
  const std::vector<std::string_view>& sorted() const noexcept { return sorted_; }
  const std::vector<std::uint16_t>& finalCodes() const noexcept { return finalCodes_; }

 private:
  std::string_view keep(std::string_view text);

  mutable std::mutex mutex_;
  bool givenUp_ = false;
  DistinctStrings strings_;
  /// Blocks behind the strings; they do not move.
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t blockUsed_ = 0;
  std::size_t blockBytes_ = 0;
  std::vector<std::string_view> sorted_;
  std::vector<std::uint16_t> finalCodes_;
};

}  // namespace basalt
