#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/memory/KeptBlocks.h"

namespace basalt {
namespace {

constexpr std::size_t kBlock = KeptBlocks::kLeastBytes;

/// The memory that the blocks of a test come from and go back to.
class Memory {
 public:
  static std::byte* allocate(std::size_t occupied) {
    bytes += occupied;
    return static_cast<std::byte*>(std::malloc(occupied));
  }
  static void giveBack(std::byte* block, std::size_t occupied) noexcept {
    bytes -= occupied;
    std::free(block);
  }
  static inline std::atomic<std::size_t> bytes{0};
};

std::byte* allocate(KeptBlocks& kept, std::size_t occupied) {
  std::byte* const block = kept.take(occupied);
  return block != nullptr ? block : Memory::allocate(occupied);
}

TEST(KeptBlocks, GivesTheOneOfTheSizeThatWasPutLast) {
  KeptBlocks kept({.mostBytes = 100 * kBlock, .slack = 100 * kBlock}, Memory::giveBack);
  std::byte* const first = allocate(kept, kBlock);
  std::byte* const second = allocate(kept, kBlock);
  std::byte* const large = allocate(kept, 2 * kBlock);
  kept.put(first, kBlock);
  kept.put(large, 2 * kBlock);
  kept.put(second, kBlock);
  EXPECT_EQ(kept.bytes(), 4 * kBlock);
  EXPECT_EQ(kept.take(3 * kBlock), nullptr);
  kept.forget(3 * kBlock);
  EXPECT_EQ(kept.take(kBlock), second);
  EXPECT_EQ(kept.take(kBlock), first);
  EXPECT_EQ(kept.take(kBlock), nullptr);
  kept.forget(kBlock);
  EXPECT_EQ(kept.take(2 * kBlock), large);
  EXPECT_EQ(kept.bytes(), 0U);
  for (std::byte* const block : {first, second}) kept.put(block, kBlock);
  kept.put(large, 2 * kBlock);
  kept.releaseAll();
  EXPECT_EQ(kept.bytes(), 0U);
  EXPECT_EQ(Memory::bytes, 0U);
}

TEST(KeptBlocks, GivesBackWhatIsTooMuchOldestFirst) {
  KeptBlocks kept({.mostBytes = 8 * kBlock, .slack = 100 * kBlock}, Memory::giveBack);
  std::vector<std::byte*> blocks;
  for (int index = 0; index < 10; ++index) blocks.push_back(allocate(kept, kBlock));
  std::byte* const tooLarge = allocate(kept, 2 * kBlock);
  for (std::byte* const block : blocks) kept.put(block, kBlock);
  kept.put(tooLarge, 2 * kBlock);
  EXPECT_EQ(Memory::bytes, 8 * kBlock);
  for (int index = 9; index >= 2; --index) EXPECT_EQ(kept.take(kBlock), blocks[static_cast<std::size_t>(index)]);
  EXPECT_EQ(kept.take(kBlock), nullptr);
  kept.forget(kBlock);
  for (std::size_t index = 2; index < 10; ++index) kept.put(blocks[index], kBlock);
}

TEST(KeptBlocks, GivesBackWhatHasLainLong) {
  KeptBlocks kept({.mostBytes = 100 * kBlock, .slack = 0}, Memory::giveBack);
  std::byte* const first = allocate(kept, kBlock);
  std::byte* const second = allocate(kept, kBlock);
  kept.put(first, kBlock);
  auto between = KeptBlocks::Clock::now();
  while (KeptBlocks::Clock::now() == between) std::this_thread::yield();
  between = KeptBlocks::Clock::now();
  kept.put(second, kBlock);
  kept.releaseOlderThan(between);
  EXPECT_EQ(Memory::bytes, kBlock);
  // The height is forgotten with it: two blocks in use and one kept are as many as ever, three are too many.
  std::byte* const large = allocate(kept, 2 * kBlock);
  EXPECT_EQ(kept.bytes(), 0U);
  EXPECT_EQ(Memory::bytes, 2 * kBlock);
  kept.put(large, 2 * kBlock);
}

TEST(KeptBlocks, NeverOccupiesMoreThanWasInUseAtTheHeightAndTheSlack) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  constexpr std::size_t kSlack = 20 * kBlock;
  {
    KeptBlocks kept({.mostBytes = 10'000 * kBlock, .slack = kSlack}, Memory::giveBack);
    std::vector<std::pair<std::byte*, std::size_t>> blocks;
    std::size_t used = 0;
    std::size_t height = 0;
    for (int step = 0; step < 20'000; ++step) {
      // Grows and shrinks in turn.
      if (blocks.empty() || random() % 100 < (step / 500 % 2 == 0 ? 60U : 40U)) {
        const std::size_t occupied = kBlock * (1 + (random() % 30));
        used += occupied;
        height = std::max(height, used);
        std::byte* const block = allocate(kept, occupied);
        std::memset(block, 0x5a, sizeof(void*) * 8);
        blocks.emplace_back(block, occupied);
      } else {
        std::swap(blocks[random() % blocks.size()], blocks.back());
        const auto [block, occupied] = blocks.back();
        blocks.pop_back();
        used -= occupied;
        kept.put(block, occupied);
      }
      ASSERT_EQ(Memory::bytes, used + kept.bytes());
      ASSERT_LE(Memory::bytes, height + kSlack);
    }
    EXPECT_GT(kept.bytes(), 0U);
    for (const auto& [block, occupied] : blocks) kept.put(block, occupied);
  }
  EXPECT_EQ(Memory::bytes, 0U);
}

TEST(KeptBlocks, ServesManyThreads) {
  {
    KeptBlocks kept({.mostBytes = 64 * kBlock, .slack = 16 * kBlock}, Memory::giveBack);
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&kept, thread] {
        std::mt19937 random(thread);
        for (int round = 0; round < 2000; ++round) {
          const std::size_t occupied = kBlock * (1 + (random() % 4));
          std::byte* const block = allocate(kept, occupied);
          // Nobody else has it.
          std::memset(block, static_cast<int>(thread), occupied);
          EXPECT_TRUE(std::all_of(block, block + occupied, [&](std::byte byte) { return byte == std::byte(thread); }));
          kept.put(block, occupied);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(Memory::bytes, 0U);
}

}  // namespace
}  // namespace basalt
