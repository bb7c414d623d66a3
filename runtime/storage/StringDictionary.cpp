#include "runtime/storage/StringDictionary.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace basalt {

std::optional<std::vector<std::uint16_t>> StringDictionary::assign(const DistinctStrings& strings) {
  const std::lock_guard lock(mutex_);
  if (givenUp_) {
    return std::nullopt;
  }
  std::vector<std::uint16_t> codes(strings.size());
  for (std::uint32_t number = 0; number < strings.size(); ++number) {
    const std::uint32_t code = strings_.find(strings.text(number), strings.hash(number));
    if (code == strings_.size()) {
      if (code == kMaxStrings) {
        givenUp_ = true;
        return std::nullopt;
      }
      strings_.add(keep(strings.text(number)), strings.hash(number));
    }
    codes[number] = static_cast<std::uint16_t>(code);
  }
  return codes;
}

bool StringDictionary::isGivenUp() const {
  const std::lock_guard lock(mutex_);
  return givenUp_;
}

std::string_view StringDictionary::keep(std::string_view text) {
  constexpr std::size_t kBlockBytes = 64 * 1024;
  if (blockBytes_ - blockUsed_ < text.size()) {
    blockBytes_ = std::max(kBlockBytes, text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(blockBytes_));
    blockUsed_ = 0;
  }
  if (text.empty()) {
    return {};
  }
  char* place = blocks_.back().get() + blockUsed_;
  std::memcpy(place, text.data(), text.size());
  blockUsed_ += text.size();
  return {place, text.size()};
}

void StringDictionary::sort() {
  std::vector<std::uint16_t> order(strings_.size());
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  // string_view compares as unsigned bytes.
  std::ranges::sort(order, {}, [this](std::uint16_t code) { return strings_.text(code); });
  sorted_.clear();
  finalCodes_.resize(order.size());
  for (std::size_t position = 0; position < order.size(); ++position) {
    sorted_.push_back(strings_.text(order[position]));
    finalCodes_[order[position]] = static_cast<std::uint16_t>(position);
  }
}

}  // namespace basalt
