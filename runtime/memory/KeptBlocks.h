#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>

#include <boost/intrusive/list.hpp>

namespace basalt {

/// Blocks of memory that nobody uses, kept for whoever asks next for one of the same size. Their records lie in the
/// blocks themselves. A process that keeps blocks never occupies more than it once used at its height, and `slack`
/// besides: beyond that, and beyond `mostBytes` in all, those put first are given back. Thread-safe.
class KeptBlocks {
 public:
  using Clock = std::chrono::steady_clock;
  using GiveBack = void (*)(std::byte* block, std::size_t occupied) noexcept;
  struct Limits {
    /// Of all blocks together. One block may have an eighth of it.
    std::size_t mostBytes;
    /// What may be kept beyond what was in use at the height.
    std::size_t slack;
  };

  /// Smaller blocks are not for this class: the allocator keeps them.
  static constexpr std::size_t kLeastBytes = std::size_t{32} << 10;

  KeptBlocks(Limits limits, GiveBack giveBack) noexcept : limits_(limits), giveBack_(giveBack) {}
  KeptBlocks(const KeptBlocks&) = delete;
  KeptBlocks& operator=(const KeptBlocks&) = delete;
  ~KeptBlocks() { releaseAll(); }

  /// The block of just this size that was put last, or null pointer. Either way as many bytes more are in use: who
  /// finds no other memory says so to forget().
  std::byte* take(std::size_t occupied) noexcept;
  /// The block is no longer in use: keeps it or gives it back.
  void put(std::byte* block, std::size_t occupied) noexcept;
  /// Takes back what take() counted.
  void forget(std::size_t occupied) noexcept;
  /// Gives back what was put before `time`, and lets the height begin anew with what is in use.
  void releaseOlderThan(Clock::time_point time) noexcept;
  void releaseAll() noexcept { releaseOlderThan(Clock::time_point::max()); }
  std::size_t bytes() const noexcept;

 private:
  struct SameSize;
  struct ByAge;
  struct Block : boost::intrusive::list_base_hook<boost::intrusive::tag<SameSize>>,
                 boost::intrusive::list_base_hook<boost::intrusive::tag<ByAge>> {
    std::size_t occupied = 0;
    Clock::time_point since;
  };
  template <class Order>
  using List = boost::intrusive::list<
      Block, boost::intrusive::base_hook<boost::intrusive::list_base_hook<boost::intrusive::tag<Order>>>>;
  using Blocks = List<ByAge>;
  static constexpr std::size_t kBuckets = 64;

  bool mayKeep(std::size_t occupied) const noexcept {
    return occupied >= kLeastBytes && occupied <= limits_.mostBytes / 8;
  }
  List<SameSize>& bucket(std::size_t occupied) noexcept;
  void remove(Block& block) noexcept;
  void dropOldestTo(Blocks& dropped) noexcept;
  /// Until the limits hold with `more` bytes kept besides.
  void makeRoom(std::size_t more, Blocks& dropped) noexcept;
  /// The system takes its time: not under the lock.
  void giveBack(Blocks& dropped) noexcept;

  const Limits limits_;
  const GiveBack giveBack_;
  mutable std::mutex mutex_;
  std::size_t keptBytes_ = 0;
  std::size_t usedBytes_ = 0;
  std::size_t mostUsedBytes_ = 0;
  /// The one put last at the end.
  Blocks byAge_;
  /// By a hash of the size; the one put last at the beginning.
  std::array<List<SameSize>, kBuckets> bySize_;
};

}  // namespace basalt
