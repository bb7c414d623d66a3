#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/storage/SegmentLayout.h"
#include "runtime/storage/Table.h"

/// The file of one table, `<name>.basalt`. Little-endian.
///
///     header (64 bytes) | segments | dictionaries | 64 zero bytes | footer | trailer (40 bytes)
///
/// The writer puts the segments of a column behind each other, chunk by chunk; a reader finds them wherever they are.
/// Each part but the trailer starts on a multiple of 64 bytes, with zeros between them. Header: magic, version, zeros.
/// Trailer: offset, size and XXH3 checksum of the footer, size of the file, magic. A segment (SegmentLayout) and a
/// dictionary (64-bit start offsets, then at the next multiple of 64 the bytes) have an XXH3 checksum in the footer,
/// which describes the rest: schema, encodings, and per chunk and column where its segment lies and its zone map.
namespace basalt::tablefile {

inline constexpr std::uint64_t kMagic = 0x3130544C41534142;  // "BASALT01"
inline constexpr std::uint32_t kVersion = 3;
inline constexpr std::uint64_t kHeaderBytes = 64;
inline constexpr std::uint64_t kPaddingBytes = 64;
inline constexpr const char* kExtension = ".basalt";

struct Trailer {
  std::uint64_t footerOffset;
  std::uint64_t footerBytes;
  std::uint64_t footerChecksum;
  std::uint64_t fileBytes;
  std::uint64_t magic;
};
static_assert(sizeof(Trailer) == 40);

struct Segment {
  std::uint64_t offset = 0;
  SegmentLayout layout;
  std::uint64_t checksum = 0;
  ZoneMap zone;
};

struct Dictionary {
  std::uint64_t offset = 0;
  std::uint64_t strings = 0;
  std::uint64_t heapBytes = 0;
  std::uint64_t checksum = 0;

  std::uint64_t heapOffset() const noexcept { return SegmentLayout::align((strings + 1) * sizeof(std::uint64_t)); }
  std::uint64_t totalBytes() const noexcept { return heapOffset() + SegmentLayout::align(heapBytes); }
};

struct Column {
  Field field;
  ColumnEncoding encoding;
  /// With no strings unless the encoding is Dictionary.
  Dictionary dictionary;
};

struct Chunk {
  std::uint32_t rows = 0;
  std::vector<Segment> segments;
};

struct Footer {
  std::uint64_t rowCount = 0;
  std::vector<Column> columns;
  std::vector<Chunk> chunks;
};

std::uint64_t checksum(std::span<const std::byte> bytes) noexcept;

std::vector<std::byte> encodeFooter(const Footer& footer);
/// Reads a footer back and checks all it says against each other and against `dataEnd`, where segments and dictionaries
/// have to end. Throws ExecutionError(CorruptData) at `place`.
Footer decodeFooter(std::span<const std::byte> bytes, std::uint64_t dataEnd, const std::string& place);

}  // namespace basalt::tablefile
