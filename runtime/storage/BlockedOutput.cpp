#include "runtime/storage/BlockedOutput.h"

#include <algorithm>
#include <utility>

#include "runtime/memory/SystemMemory.h"

namespace basalt {

namespace {

constexpr std::uint64_t kBlockBytes = SystemMemory::kHugePage;

}  // namespace

void BlockedOutput::writeAt(std::uint64_t offset, std::span<const std::byte> bytes) {
  {
    const std::scoped_lock lock(mutex_);
    end_ = std::max(end_, offset + bytes.size());
  }
  while (!bytes.empty()) {
    const std::uint64_t inBlock = offset % kBlockBytes;
    const bool startsBlock = inBlock == 0 && bytes.size() >= kBlockBytes;
    const std::size_t size = startsBlock ? bytes.size() / kBlockBytes * kBlockBytes
                                         : std::min<std::uint64_t>(bytes.size(), kBlockBytes - inBlock);
    startsBlock ? output_.writeAt(offset, bytes.first(size)) : fill(offset, bytes.first(size));
    offset += size;
    bytes = bytes.subspan(size);
  }
}

void BlockedOutput::fill(std::uint64_t offset, std::span<const std::byte> piece) {
  const std::uint64_t start = offset / kBlockBytes * kBlockBytes;
  std::vector<std::byte> complete;
  {
    const std::scoped_lock lock(mutex_);
    Block& block = blocks_[start];
    if (block.bytes.empty()) block.bytes.resize(kBlockBytes);
    std::ranges::copy(piece, block.bytes.begin() + static_cast<std::ptrdiff_t>(offset - start));
    block.filled += piece.size();
    if (block.filled == kBlockBytes) {
      complete = std::move(block.bytes);
      blocks_.erase(start);
    }
  }
  output_.writeAt(start, complete);
}

void BlockedOutput::flush() {
  const std::scoped_lock lock(mutex_);
  for (const auto& [start, block] : blocks_) {
    output_.writeAt(start, std::span(block.bytes).first(std::min(kBlockBytes, end_ - start)));
  }
  blocks_.clear();
}

}  // namespace basalt
