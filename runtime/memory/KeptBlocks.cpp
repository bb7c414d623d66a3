#include "runtime/memory/KeptBlocks.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <new>

namespace basalt {

std::byte* KeptBlocks::take(std::size_t occupied) noexcept {
  Blocks dropped;
  std::byte* taken = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    usedBytes_ += occupied;
    List<SameSize>& candidates = bucket(occupied);
    const auto found = std::ranges::find(candidates, occupied, &Block::occupied);
    if (found != candidates.end()) {
      Block& block = *found;
      remove(block);
      block.~Block();
      taken = reinterpret_cast<std::byte*>(&block);  // NOLINT
    }
    mostUsedBytes_ = std::max(mostUsedBytes_, usedBytes_);
    makeRoom(0, dropped);
  }
  giveBack(dropped);
  return taken;
}

void KeptBlocks::put(std::byte* block, std::size_t occupied) noexcept {
  const bool kept = mayKeep(occupied);
  Blocks dropped;
  {
    const std::scoped_lock lock(mutex_);
    usedBytes_ -= occupied;
    if (kept) {
      makeRoom(occupied, dropped);
      auto* const record = new (block) Block;
      record->occupied = occupied;
      record->since = Clock::now();
      byAge_.push_back(*record);
      bucket(occupied).push_front(*record);
      keptBytes_ += occupied;
    }
  }
  giveBack(dropped);
  if (!kept) giveBack_(block, occupied);
}

void KeptBlocks::forget(std::size_t occupied) noexcept {
  const std::scoped_lock lock(mutex_);
  usedBytes_ -= occupied;
}

void KeptBlocks::releaseOlderThan(Clock::time_point time) noexcept {
  Blocks dropped;
  {
    const std::scoped_lock lock(mutex_);
    while (!byAge_.empty() && byAge_.front().since < time) dropOldestTo(dropped);
    mostUsedBytes_ = usedBytes_ + keptBytes_;
  }
  giveBack(dropped);
}

std::size_t KeptBlocks::bytes() const noexcept {
  const std::scoped_lock lock(mutex_);
  return keptBytes_;
}

KeptBlocks::List<KeptBlocks::SameSize>& KeptBlocks::bucket(std::size_t occupied) noexcept {
  // Sizes are mostly round: the middle bits of a product depend on all of theirs (Knuth, TAOCP 3, 6.4).
  return bySize_[(std::uint64_t{occupied} * 0x9E37'79B9'7F4A'7C15) >> 58U];
}

void KeptBlocks::remove(Block& block) noexcept {
  byAge_.erase(byAge_.iterator_to(block));
  List<SameSize>& sameSize = bucket(block.occupied);
  sameSize.erase(sameSize.iterator_to(block));
  keptBytes_ -= block.occupied;
}

void KeptBlocks::dropOldestTo(Blocks& dropped) noexcept {
  Block& oldest = byAge_.front();
  remove(oldest);
  dropped.push_back(oldest);
}

void KeptBlocks::makeRoom(std::size_t more, Blocks& dropped) noexcept {
  const std::size_t most = std::min(limits_.mostBytes, mostUsedBytes_ + limits_.slack - usedBytes_);
  while (!byAge_.empty() && keptBytes_ + more > most) dropOldestTo(dropped);
}

void KeptBlocks::giveBack(Blocks& dropped) noexcept {
  while (!dropped.empty()) {
    Block& block = dropped.front();
    dropped.pop_front();
    const std::size_t occupied = block.occupied;
    block.~Block();
    giveBack_(reinterpret_cast<std::byte*>(&block), occupied);  // NOLINT
  }
}

}  // namespace basalt
