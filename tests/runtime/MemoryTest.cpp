#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/ExecutionError.h"
#include "runtime/batch/Vector.h"
#include "runtime/memory/Buffer.h"
#include "runtime/memory/MemoryBudget.h"
#include "runtime/memory/StringArena.h"
#include "runtime/memory/SystemMemory.h"

namespace basalt {
namespace {

TEST(MemoryBudget, ChargesEveryLevelOrNone) {
  const auto process = MemoryBudget::createRoot("process", 100);
  const auto query = process->createChild("query", 80);
  const auto join = query->createChild("join");
  EXPECT_TRUE(join->tryReserve(60));
  EXPECT_TRUE(process->tryReserve(10));
  EXPECT_EQ(query->current(), 60U);
  EXPECT_EQ(process->current(), 70U);
  // Over the query's limit, and over the process's.
  EXPECT_FALSE(join->tryReserve(21));
  EXPECT_FALSE(process->tryReserve(31));
  EXPECT_FALSE(join->tryReserve(UINT64_MAX));
  EXPECT_EQ(join->current(), 60U);
  EXPECT_EQ(query->current(), 60U);
  EXPECT_EQ(process->current(), 70U);
  EXPECT_TRUE(join->tryReserve(20));
  join->release(80);
  process->release(10);
  EXPECT_EQ(join->current() + query->current() + process->current(), 0U);
  EXPECT_EQ(join->peak(), 80U);
  EXPECT_EQ(query->peak(), 80U);
  EXPECT_EQ(process->peak(), 90U);
}

TEST(MemoryBudget, ErrorNamesTheLevelAndTheTopHolders) {
  const auto process = MemoryBudget::createRoot("process", 100);
  const auto query = process->createChild("query");
  const auto join = query->createChild("join");
  const auto sort = query->createChild("sort");
  join->reserve(30);
  sort->reserve(50);
  query->reserve(5);
  EXPECT_THAT(process->topHolders(9),
              testing::ElementsAre(testing::Pair("sort", 50), testing::Pair("join", 30), testing::Pair("query", 5)));
  EXPECT_THAT(process->topHolders(1), testing::ElementsAre(testing::Pair("sort", 50)));
  try {
    join->reserve(16);
    FAIL();
  } catch (const ExecutionError& error) {
    EXPECT_STREQ(error.what(),
                 "[join] OutOfMemory: not enough memory: the limit of 'process' does not allow it; asked for 16 bytes, "
                 "85 of 100 "
                 "bytes in use; most is held by sort: 50, join: 30, query: 5");
  }
  join->release(30);
  sort->release(50);
  query->release(5);
}

TEST(MemoryBudget, ForgetsChildrenThatEnded) {
  const auto process = MemoryBudget::createRoot("process");
  process->createChild("gone");
  EXPECT_TRUE(process->topHolders(5).empty());
}

TEST(MemoryBudget, IsExactUnderConcurrency) {
  constexpr std::uint64_t kLimit = 1000;
  const auto process = MemoryBudget::createRoot("process", kLimit);
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&process, thread] {
      const auto operatorBudget = process->createChild("operator " + std::to_string(thread), 400);
      std::mt19937 random(thread);
      std::uint64_t held = 0;
      for (int i = 0; i < 20000; ++i) {
        const std::uint64_t bytes = random() % 200;
        if (random() % 2 == 0 && operatorBudget->tryReserve(bytes)) {
          held += bytes;
        } else if (bytes <= held) {
          operatorBudget->release(bytes);
          held -= bytes;
        }
        // A charge refused at the root is never seen below it.
        ASSERT_EQ(operatorBudget->current(), held);
      }
      operatorBudget->release(held);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(process->current(), 0U);
  EXPECT_LE(process->peak(), kLimit);
  EXPECT_GT(process->peak(), 0U);
}

TEST(Buffer, IsAlignedPaddedAndCharged) {
  const auto budget = MemoryBudget::createRoot("test");
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{64}, std::size_t{1000}, std::size_t{4096},
                                  SystemMemory::kHugePage - 64, SystemMemory::kHugePage, std::size_t{5'000'001}}) {
    Buffer buffer(budget, bytes);
    ASSERT_TRUE(buffer);
    EXPECT_EQ(buffer.size(), bytes);
    const std::size_t alignment = bytes >= SystemMemory::kHugePage ? SystemMemory::kHugePage : SystemMemory::kAlignment;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % alignment, 0U);
    EXPECT_EQ(budget->current(), Buffer::chargedBytes(bytes));
    EXPECT_GE(Buffer::chargedBytes(bytes), bytes + Buffer::kPadding);
    std::memset(buffer.data(), 0x5a, bytes + Buffer::kPadding);
    Buffer moved = std::move(buffer);
    EXPECT_FALSE(buffer);  // NOLINT(bugprone-use-after-move): the state moved from is specified
    EXPECT_EQ(budget->current(), Buffer::chargedBytes(bytes));
    moved = Buffer(budget, 10);
    EXPECT_EQ(budget->current(), Buffer::chargedBytes(10));
  }
  EXPECT_EQ(budget->current(), 0U);
}

TEST(Buffer, IsZeroedWhateverItsMemoryHeldBefore) {
  const auto budget = MemoryBudget::createRoot("test");
  // The page of a dirty one may be the next one's.
  for (const std::size_t bytes : {std::size_t{1000}, SystemMemory::kHugePage - Buffer::kPadding,
                                  SystemMemory::kHugePage, 2 * SystemMemory::kHugePage}) {
    {
      const Buffer dirty(budget, bytes);
      std::memset(dirty.data(), 0x5a, bytes);
    }
    const Buffer buffer = Buffer::zeroed(budget, bytes);
    EXPECT_TRUE(std::all_of(buffer.data(), buffer.data() + bytes, [](std::byte byte) { return byte == std::byte{0}; }));
  }
}

TEST(SystemMemory, KeepsBlocksForTheNextOneOfTheirSizeAndGivesThemBack) {
  constexpr std::size_t kSmall = std::size_t{96} << 10;
  // More than are kept, and of several sizes.
  std::vector<std::pair<std::byte*, std::size_t>> blocks;
  for (std::size_t bytes = 0; bytes < std::size_t{160} << 20;) {
    for (const std::size_t size : {SystemMemory::kHugePage, kSmall, 3 * SystemMemory::kHugePage}) {
      std::byte* const block = SystemMemory::allocate(size);
      ASSERT_NE(block, nullptr);
      std::memset(block, static_cast<int>(blocks.size()), size);
      blocks.emplace_back(block, size);
      bytes += size;
    }
  }
  for (const auto& [block, size] : blocks) SystemMemory::free(block, size);
  // Each has its memory to itself, wherever it comes from.
  for (std::size_t index = 0; index < blocks.size(); ++index) {
    auto& [block, size] = blocks[index];
    block = SystemMemory::allocate(size);
    std::memset(block, static_cast<int>(index), size);
  }
  for (std::size_t index = 0; index < blocks.size(); ++index) {
    const auto& [block, size] = blocks[index];
    EXPECT_TRUE(
        std::all_of(block, block + size, [&](std::byte byte) { return byte == static_cast<std::byte>(index); }));
    SystemMemory::free(block, size);
  }
  SystemMemory::releaseKept();
  std::byte* const fresh = SystemMemory::allocate(SystemMemory::kHugePage);
  EXPECT_EQ(*fresh, std::byte{0});
  SystemMemory::free(fresh, SystemMemory::kHugePage);
}

TEST(Buffer, FailsWithoutALeak) {
  const auto budget = MemoryBudget::createRoot("test", 1000);
  EXPECT_THROW(Buffer(budget, 2000), ExecutionError);
  EXPECT_THROW(Buffer(budget, SIZE_MAX), ExecutionError);
  EXPECT_EQ(budget->current(), 0U);
  const auto unlimited = MemoryBudget::createRoot("test");
  // More than the system has address space for.
  EXPECT_THROW(Buffer(unlimited, std::size_t{1} << 60), ExecutionError);
  EXPECT_EQ(unlimited->current(), 0U);
}

TEST(StringArena, KeepsStrings) {
  const auto budget = MemoryBudget::createRoot("test");
  {
    StringArena arena(budget);
    std::vector<std::pair<std::string, StringView>> kept;
    for (std::size_t i = 0; i < 3000; ++i) {
      std::string text(i % 700, static_cast<char>('a' + i % 26));
      const StringView copy = arena.copy(StringView::make(text));
      kept.emplace_back(std::move(text), copy);
    }
    kept.emplace_back(std::string(3'000'000, 'z'), StringView{});
    kept.back().second = arena.copy(StringView::make(kept.back().first));
    for (const auto& [text, copy] : kept) {
      ASSERT_EQ(copy.view(), text);
    }
    EXPECT_GT(arena.bytes(), 3'000'000U);
    EXPECT_GE(budget->current(), arena.bytes());
    arena.clear();
    EXPECT_EQ(arena.bytes(), 0U);
    EXPECT_EQ(budget->current(), Buffer::chargedBytes(3'000'000));
    arena.allocate(2'000'000);
    EXPECT_EQ(budget->current(), Buffer::chargedBytes(3'000'000));
  }
  EXPECT_EQ(budget->current(), 0U);
}

TEST(StringArena, TellsKernelsWhenMemoryRanOut) {
  const auto budget = MemoryBudget::createRoot("test", 10'000);
  StringArena arena(budget);
  EXPECT_NE(arenaAllocate(&arena, 100), nullptr);
  EXPECT_EQ(arenaAllocate(&arena, 1'000'000), nullptr);
  EXPECT_THROW(arena.allocate(1'000'000), ExecutionError);
  EXPECT_NE(arenaAllocate(&arena, 100), nullptr);
}

TEST(Vector, OwnsRefersAndRepeats) {
  const auto budget = MemoryBudget::createRoot("test");
  {
    Vector owned = Vector::allocate(PhysicalType::Int32, 100, budget);
    EXPECT_EQ(owned.nulls(), nullptr);
    EXPECT_EQ(owned.mutableData(), owned.data());
    owned.mutableNulls()[7] = 1;
    ASSERT_NE(owned.nulls(), nullptr);
    EXPECT_EQ(owned.nulls()[7], 1);
    EXPECT_EQ(owned.mutableNulls()[7], 1);
    owned.clearNulls();
    EXPECT_EQ(owned.mutableNulls()[7], 0);
    const Vector shared = owned;
    owned = Vector();
    EXPECT_EQ(budget->current(), Buffer::chargedBytes(400) + Buffer::chargedBytes(100));
  }
  EXPECT_EQ(budget->current(), 0U);
  const std::int64_t value = 42;
  const Vector constant = Vector::constant(PhysicalType::Int64, &value, false);
  EXPECT_TRUE(constant.isConstant());
  EXPECT_EQ(constant.values<std::int64_t>()[0], 42);
  EXPECT_EQ(constant.nulls(), nullptr);
  EXPECT_EQ(Vector::constant(PhysicalType::Int64, &value, true).nulls()[0], 1);
}

}  // namespace
}  // namespace basalt
