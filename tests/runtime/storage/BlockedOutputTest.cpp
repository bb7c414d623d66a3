#include <algorithm>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/memory/SystemMemory.h"
#include "runtime/storage/BlockedOutput.h"
#include "tests/runtime/storage/TableReading.h"

namespace basalt {
namespace {

/// Bytes [begin, end) of a file.
struct Piece {
  std::size_t begin;
  std::size_t end;
};

constexpr std::size_t kLongestPiece = 4 * SystemMemory::kHugePage;

/// Cuts a file of that size into pieces, from single bytes to several blocks.
std::vector<Piece> pieces(std::size_t size, std::mt19937_64& random) {
  std::vector<Piece> cut;
  for (std::size_t begin = 0; begin < size;) {
    const std::size_t longest = kLongestPiece >> random() % 24;
    const std::size_t end = std::min(size, begin + 1 + random() % longest);
    cut.push_back({begin, end});
    begin = end;
  }
  return cut;
}

TEST(BlockedOutput, PiecesInAnyOrderFromSeveralThreadsMakeTheFile) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const test::TemporaryDirectory directory;
  // So that there are several pieces.
  const std::size_t size = kLongestPiece + 1 + random() % kLongestPiece;
  std::vector<std::byte> bytes(size);
  std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random()); });
  std::vector<Piece> cut = pieces(size, random);
  std::ranges::shuffle(cut, random);
  // One of them is not written, but never the last one, which says how long the file is.
  const auto gap = std::ranges::find_if(cut, [&](const Piece& piece) { return piece.end != size; });
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(gap->begin),
            bytes.begin() + static_cast<std::ptrdiff_t>(gap->end), std::byte{0});
  cut.erase(gap);

  FileOutput file(directory.path() / "file");
  BlockedOutput output(file);
  std::vector<std::jthread> threads;
  for (std::size_t thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t index = thread; index < cut.size(); index += 3) {
        const auto [begin, end] = cut[index];
        output.writeAt(begin, std::span(bytes).subspan(begin, end - begin));
      }
    });
  }
  threads.clear();
  output.flush();
  file.publish();
  const std::string written = test::readFile(directory.path() / "file");
  EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(written)), bytes));
}

}  // namespace
}  // namespace basalt
