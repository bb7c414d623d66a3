#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "runtime/storage/ColumnBuffer.h"
#include "runtime/storage/ColumnSlice.h"
#include "runtime/storage/SegmentLayout.h"
#include "runtime/storage/StagedColumn.h"

namespace basalt {

/// How the encodings of a new table are chosen.
enum class EncodingChoice : std::uint8_t {
  /// From statistics over the whole table. Integers, decimals, dates, times and timestamps: the narrowest of 1, 2, 4
  /// and 8 bytes that holds all values (decimals beyond 18 digits: 8 or 16), counted in units of what all are multiples
  /// of, or from the middle of a chunk's values, or both, where that makes them narrower. Strings: Dictionary, sorted
  /// bytewise so that the order of codes is the order of values, when there are at most 65,536 different ones and on
  /// average four rows or more share one; else Offsets. Others: Plain.
  Automatic,
  /// Values as they lie in a batch, strings as StringViews. Only in memory.
  Plain,
};

/// Turns rows into the encoded segments of a table, for a file or for memory. Data flow: chunks are staged, in any
/// order and from any thread; chooseEncodings() looks at all of them; then encode() writes the final bytes, again from
/// any thread.
class TableBuilder {
 public:
  /// Numbers that count rows, some of them left out, take two bytes from a base.
  static constexpr std::uint32_t kChunkRows = 60 * 1024;

  TableBuilder(Schema schema, EncodingChoice choice);

  /// Takes over the rows of `buffer` (1 to kChunkRows) as chunk number `chunk` and clears it. Thread-safe. Throws
  /// ExecutionError(InvalidUsage) for uneven columns, a NULL in a NOT NULL column, or a chunk number used before.
  void stage(std::size_t chunk, ChunkBuffer& buffer);

  /// Throws ExecutionError(InvalidUsage) when a chunk number was left out.
  void chooseEncodings();

  const Schema& schema() const noexcept { return schema_; }
  std::uint64_t rowCount() const noexcept;
  std::size_t chunkCount() const noexcept { return chunks_.size(); }
  std::uint32_t chunkRows(std::size_t chunk) const noexcept { return chunks_[chunk].rows; }
  const ZoneMap& zoneMap(std::size_t chunk, std::size_t column) const { return chunks_[chunk].columns[column].zone; }

  // After chooseEncodings():
  ColumnEncoding encoding(std::size_t column) const noexcept { return encodings_[column]; }
  /// Of ColumnSlice.
  std::int64_t base(std::size_t chunk, std::size_t column) const {
    return baseOf(encodings_[column], zoneMap(chunk, column));
  }
  /// In code order; empty for other encodings. Valid as long as the builder.
  std::span<const std::string_view> dictionary(std::size_t column) const noexcept;
  SegmentLayout segmentLayout(std::size_t chunk, std::size_t column) const;
  /// Writes all `segmentLayout().totalBytes()` bytes of a segment, gaps included. `target` is aligned to 64 bytes;
  /// plain strings will point into it.
  void encode(std::size_t chunk, std::size_t column, std::byte* target) const;
  /// Frees staged values that have been encoded; row counts and zone maps stay. Thread-safe for different values.
  void release(std::size_t chunk, std::size_t column) noexcept;

 private:
  struct StagedChunk {
    std::uint32_t rows = 0;
    std::vector<StagedColumn> columns;
  };
  ColumnEncoding chooseEncoding(std::size_t column);
  /// The narrowest for an integer column.
  ColumnEncoding chooseIntegers(std::size_t column) const;
  /// Bytes that hold all numbers of an integer column, in the encoding's unit and from bases if it has them.
  std::uint8_t widthOf(std::size_t column, const ColumnEncoding& encoding) const;
  std::string_view stringAt(std::size_t column, const StagedColumn& staged, std::uint32_t row) const noexcept;
  void encodeStrings(std::size_t column, const StagedColumn& staged, const SegmentLayout& layout,
                     std::byte* target) const;

  Schema schema_;
  EncodingChoice choice_;
  std::mutex mutex_;
  std::vector<StagedChunk> chunks_;
  /// One per string column, else null.
  std::vector<std::unique_ptr<StringDictionary>> dictionaries_;
  std::vector<ColumnEncoding> encodings_;
};

}  // namespace basalt
