#include <cstring>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "runtime/ExecutionError.h"
#include "runtime/storage/ColumnarTable.h"
#include "runtime/storage/TableWriter.h"
#include "tests/runtime/storage/TableReading.h"

namespace basalt {
namespace {

using test::Rows;
using test::TemporaryDirectory;

/// A small table whose file has every kind of part.
class TableCorruption : public testing::Test {
 protected:
  void SetUp() override {
    const Schema schema({{"flag", Type::boolean(), false},
                         {"number", Type::integer(), true},
                         {"near", Type::bigInt(), true},
                         {"wide", Type::decimal(38, 2), false},
                         {"word", Type::varchar(), true},
                         {"text", Type::varchar(), true}});
    for (int row = 0; row < 60; ++row) {
      rows_.push_back(
          {Value::boolean(row % 3 == 0),
           row % 7 == 0 ? Value::null(Type::integer()) : Value::integer(Type::integer(), row * 1000),
           row % 9 == 4 ? Value::null(Type::bigInt()) : Value::integer(Type::bigInt(), (Int128{1} << 40) + row),
           Value::decimal(Type::decimal(38, 2), Int128{row} << 70),
           Value::string(Type::varchar(), "word number " + std::to_string(row % 4)),
           row % 5 == 0 ? Value::null(Type::varchar())
                        : Value::string(Type::varchar(), "text number " + std::to_string(row))});
    }
    TableWriter writer(directory_.path(), "table", schema);
    for (const auto& row : rows_) {
      writer.append(row);
    }
    writer.finish();
    content_ = test::readFile(directory_.path() / "table.basalt");
    const auto table = ColumnarTable::open(directory_.path() / "table.basalt");
    ASSERT_TRUE(table->encoding(2).hasBase());
    ASSERT_EQ(table->encoding(4).kind, ColumnEncoding::Kind::Dictionary);
    ASSERT_EQ(table->encoding(5).kind, ColumnEncoding::Kind::Offsets);
  }

  /// True when a file of that content gives the same rows, false when it is refused as it should be. Anything else
  /// fails.
  bool readsUnchanged(const std::string& content) {
    const auto path = directory_.write("altered.basalt", content);
    try {
      const auto table = ColumnarTable::open(path);
      const Rows rows = test::readRows(*table);
      EXPECT_EQ(rows, rows_);
      return true;
    } catch (const ExecutionError& error) {
      EXPECT_EQ(error.code(), ErrorCode::CorruptData);
      EXPECT_EQ(error.place(), path.string());
      EXPECT_NE(error.message().find("expected"), std::string::npos) << error.message();
      return false;
    }
  }

  /// The content with a new checksum where the footer was altered on purpose.
  static std::string withFooterChecksum(std::string content) {
    tablefile::Trailer trailer{};
    char* place = content.data() + content.size() - sizeof(trailer);
    std::memcpy(&trailer, place, sizeof(trailer));
    trailer.footerChecksum =
        tablefile::checksum(std::as_bytes(std::span(content).subspan(trailer.footerOffset, trailer.footerBytes)));
    std::memcpy(place, &trailer, sizeof(trailer));
    return content;
  }

  TemporaryDirectory directory_;
  Rows rows_;
  std::string content_;
};

TEST_F(TableCorruption, EveryFlippedByteIsNoticedOrHarmless) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::size_t noticed = 0;
  for (std::size_t at = 0; at < content_.size(); ++at) {
    std::string altered = content_;
    altered[at] = static_cast<char>(altered[at] ^ (1 << random() % 8));
    noticed += readsUnchanged(altered) ? 0 : 1;
  }
  // Harmless are the rest of the header and the padding before the footer.
  EXPECT_GE(noticed, content_.size() - tablefile::kHeaderBytes - tablefile::kPaddingBytes);
}

TEST_F(TableCorruption, EveryTruncationIsNoticed) {
  for (std::size_t bytes = 0; bytes < content_.size(); ++bytes) {
    EXPECT_FALSE(readsUnchanged(content_.substr(0, bytes))) << bytes;
  }
  EXPECT_FALSE(readsUnchanged(content_ + "x"));
  EXPECT_FALSE(readsUnchanged(content_ + content_));
}

TEST_F(TableCorruption, MisledFootersStayWithinTheFile) {
  // The checksum is right each time, so that the checks behind it are what is tested. Values may change here (a zone
  // map, a name), but nothing may be read outside the file.
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  tablefile::Trailer trailer{};
  std::memcpy(&trailer, content_.data() + content_.size() - sizeof(trailer), sizeof(trailer));
  for (int round = 0; round < 2000; ++round) {
    std::string altered = content_;
    const std::size_t changes = 1 + random() % 3;
    for (std::size_t change = 0; change < changes; ++change) {
      altered[trailer.footerOffset + random() % trailer.footerBytes] = static_cast<char>(random());
    }
    const auto path = directory_.write("altered.basalt", withFooterChecksum(altered));
    try {
      test::readRows(*ColumnarTable::open(path));
    } catch (const ExecutionError& error) {
      EXPECT_EQ(error.code(), ErrorCode::CorruptData) << error.what();
    }
  }
}

/// Whether a footer with that column is refused for its encoding; else it says the same when it is read back.
bool refuses(const tablefile::Column& column) {
  tablefile::Footer footer;
  footer.columns.push_back(column);
  try {
    const tablefile::Footer read = tablefile::decodeFooter(tablefile::encodeFooter(footer), 0, "place");
    EXPECT_EQ(read.columns[0].encoding, column.encoding);
    return false;
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.code(), ErrorCode::CorruptData);
    EXPECT_NE(error.message().find("an encoding for"), std::string::npos) << error.message();
    return true;
  }
}

TEST(TableFooter, UnitsHaveToFitTheirType) {
  const auto isRefused = [](Type type, std::uint8_t width, std::int64_t unit) {
    return refuses({{"v", type, false}, {ColumnEncoding::Kind::Plain, width, false, unit}, {}});
  };
  EXPECT_FALSE(isRefused(Type::integer(), 1, 1));
  EXPECT_FALSE(isRefused(Type::integer(), 1, 1'000'000));
  EXPECT_FALSE(isRefused(Type::integer(), 4, 1));
  EXPECT_FALSE(isRefused(Type::decimal(38, 10), 8, std::numeric_limits<std::int64_t>::max()));
  EXPECT_TRUE(isRefused(Type::integer(), 1, 0));
  EXPECT_TRUE(isRefused(Type::integer(), 1, -10));
  EXPECT_TRUE(isRefused(Type::integer(), 4, 10)) << "nothing is spared";
  EXPECT_TRUE(isRefused(Type::integer(), 2, 1'000'000)) << "products may take more than four bytes";
  EXPECT_TRUE(isRefused(Type::smallInt(), 1, 300));
  EXPECT_TRUE(isRefused(Type::doublePrecision(), 8, 10));
  EXPECT_TRUE(isRefused(Type::boolean(), 1, 10));
}

TEST(TableFooter, NumbersFromABaseHaveToFitTheirType) {
  const auto isRefused = [](Type type, std::uint8_t width, std::int64_t unit, std::uint8_t basedWidth) {
    return refuses({{"v", type, false}, {ColumnEncoding::Kind::Plain, width, false, unit, basedWidth}, {}});
  };
  EXPECT_FALSE(isRefused(Type::integer(), 1, 1, 2));
  EXPECT_FALSE(isRefused(Type::bigInt(), 2, 1, 8));
  EXPECT_FALSE(isRefused(Type::bigInt(), 2, 1'000'000'000, 4));
  EXPECT_FALSE(isRefused(Type::decimal(15, 2), 1, 10, 4));
  EXPECT_TRUE(isRefused(Type::integer(), 2, 1, 2)) << "nothing is spared";
  EXPECT_TRUE(isRefused(Type::integer(), 2, 1, 1));
  EXPECT_TRUE(isRefused(Type::integer(), 2, 1, 3));
  EXPECT_TRUE(isRefused(Type::integer(), 1, 1, 8));
  EXPECT_TRUE(isRefused(Type::integer(), 1, 1'000'000, 2)) << "products may take more than four bytes";
  EXPECT_TRUE(isRefused(Type::decimal(38, 2), 8, 1, 16)) << "a base has 64 bits";
  EXPECT_TRUE(isRefused(Type::decimal(38, 2), 4, 1, 8));
  EXPECT_TRUE(isRefused(Type::doublePrecision(), 4, 1, 8));
  EXPECT_TRUE(isRefused(Type::boolean(), 1, 1, 2));
  EXPECT_TRUE(refuses({{"v", Type::varchar(), false}, {ColumnEncoding::Kind::Offsets, 8, false, 1, 16}, {}}));
}

TEST(TableFooter, BoundsHaveToFitNumbersFromABase) {
  const auto isRefused = [](std::int64_t least, std::int64_t most) {
    const Type type = Type::bigInt();
    tablefile::Footer footer{.rowCount = 1, .columns = {}, .chunks = {}};
    footer.columns.push_back({{"v", type, false}, {ColumnEncoding::Kind::Plain, 1, false, 10, 2}, {}});
    tablefile::Segment segment{.offset = tablefile::kHeaderBytes, .layout = {}, .checksum = 0, .zone = {}};
    segment.layout.valuesBytes = 1;
    segment.zone = {Value::integer(type, least), Value::integer(type, most), false};
    footer.chunks.push_back({1, {segment}});
    try {
      tablefile::decodeFooter(tablefile::encodeFooter(footer), 2 * tablefile::kHeaderBytes, "place");
      return false;
    } catch (const ExecutionError& error) {
      EXPECT_EQ(error.code(), ErrorCode::CorruptData);
      EXPECT_NE(error.message().find("column v of chunk 0 with bounds"), std::string::npos) << error.message();
      return true;
    }
  };
  EXPECT_FALSE(isRefused(327'000, 327'670));
  EXPECT_TRUE(isRefused(327'000, 327'680)) << "its number takes more than two bytes";
  EXPECT_TRUE(isRefused(-327'690, -327'000));
  EXPECT_TRUE(isRefused(20, 10));
}

TEST_F(TableCorruption, NumbersFromABaseStayWithinTheirBounds) {
  const auto table = ColumnarTable::open(directory_.path() / "table.basalt");
  const std::span file = std::as_writable_bytes(std::span(content_));
  tablefile::Trailer trailer{};
  std::memcpy(&trailer, file.last(sizeof(trailer)).data(), sizeof(trailer));
  tablefile::Footer footer =
      tablefile::decodeFooter(file.subspan(trailer.footerOffset, trailer.footerBytes), trailer.footerOffset, "place");
  tablefile::Segment& segment = footer.chunks[0].segments[2];
  // One more than the most there is, under the checksum that belongs to it.
  file[segment.offset + segment.layout.valuesOffset()] = std::byte{30};
  segment.checksum = tablefile::checksum(file.subspan(segment.offset, segment.layout.totalBytes()));
  const std::vector<std::byte> altered = tablefile::encodeFooter(footer);
  ASSERT_EQ(altered.size(), trailer.footerBytes);
  std::memcpy(file.data() + trailer.footerOffset, altered.data(), altered.size());
  const auto opened = ColumnarTable::open(directory_.write("altered.basalt", withFooterChecksum(content_)));
  try {
    opened->slice(0, 2);
    FAIL();
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.message(), "column near, chunk 0: expected numbers between the bounds of its zone map");
  }
}

TEST_F(TableCorruption, MessagesNameColumnAndChunk) {
  const auto table = ColumnarTable::open(directory_.path() / "table.basalt");
  std::string altered = content_;
  altered[static_cast<std::size_t>(tablefile::kHeaderBytes) + 3] ^= 1;
  const auto path = directory_.write("altered.basalt", altered);
  const auto opened = ColumnarTable::open(path);
  try {
    opened->slice(0, 0);
    FAIL();
  } catch (const ExecutionError& error) {
    EXPECT_TRUE(error.message().starts_with("column flag, chunk 0: expected checksum ")) << error.message();
  }
  EXPECT_THROW(opened->slice(0, 0), ExecutionError);
  EXPECT_NO_THROW(opened->slice(0, 1));
}

TEST_F(TableCorruption, OtherVersionsAndMissingFilesAreNamed) {
  std::string altered = content_;
  altered[8] = static_cast<char>(tablefile::kVersion + 1);
  try {
    ColumnarTable::open(directory_.write("altered.basalt", altered));
    FAIL();
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.message(), "expected format version " + std::to_string(tablefile::kVersion) + ", found " +
                                   std::to_string(tablefile::kVersion + 1));
  }
  try {
    ColumnarTable::open(directory_.path() / "missing.basalt");
    FAIL();
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.code(), ErrorCode::NotFound);
  }
  EXPECT_THROW(ColumnarTable::open(directory_.path()), ExecutionError);
}

}  // namespace
}  // namespace basalt
