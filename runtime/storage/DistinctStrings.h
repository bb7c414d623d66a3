#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace basalt {

/// Gives each different string a number, in order of appearance: an open-addressing hash table. Does not own the bytes.
class DistinctStrings {
 public:
  static std::uint64_t hashOf(std::string_view text) noexcept;

  /// The number of `text`, or size() when it is new (it is not added then).
  std::uint32_t find(std::string_view text, std::uint64_t hash) const noexcept;
  /// Adds a string that find() did not find; its bytes have to outlive this.
  void add(std::string_view text, std::uint64_t hash);
  void clear() noexcept;

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(entries_.size()); }
  std::string_view text(std::uint32_t number) const noexcept { return entries_[number].text; }
  std::uint64_t hash(std::uint32_t number) const noexcept { return entries_[number].hash; }

 private:
  struct Entry {
    std::string_view text;
    std::uint64_t hash;
  };
  void grow();

  std::vector<Entry> entries_;
  /// Numbers plus one; 0 is free. The size is a power of two, or 0 at first.
  std::vector<std::uint32_t> slots_;
};

}  // namespace basalt
