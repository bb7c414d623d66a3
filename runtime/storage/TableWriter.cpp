#include "runtime/storage/TableWriter.h"

#include <cstring>
#include <new>

#include "runtime/ExecutionError.h"
#include "runtime/scheduler/ParallelFor.h"
#include "runtime/storage/BlockedOutput.h"
#include "runtime/storage/FileOutput.h"
#include "runtime/storage/TableFile.h"

namespace basalt {

namespace {

/// Zeroed memory on a 64-byte boundary, while a part of the file is being put together.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::size_t bytes)
      : data_(static_cast<std::byte*>(::operator new(bytes, std::align_val_t{SegmentLayout::kAlignment}))),
        size_(bytes) {
    std::memset(data_, 0, bytes);
  }
  ~AlignedBytes() { ::operator delete(data_, std::align_val_t{SegmentLayout::kAlignment}); }
  AlignedBytes(const AlignedBytes&) = delete;
  AlignedBytes& operator=(const AlignedBytes&) = delete;

  std::byte* data() noexcept { return data_; }
  std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }

 private:
  std::byte* data_;
  std::size_t size_;
};

/// Decides where every segment and dictionary goes; checksums are filled in as they are written. A column lies in one
/// piece, so that who reads some columns touches no pages of others. Returns where the data end.
std::uint64_t layOut(const TableBuilder& builder, tablefile::Footer& footer) {
  std::uint64_t offset = tablefile::kHeaderBytes;
  footer.rowCount = builder.rowCount();
  footer.chunks.resize(builder.chunkCount());
  for (std::size_t column = 0; column < builder.schema().size(); ++column) {
    for (std::size_t chunk = 0; chunk < builder.chunkCount(); ++chunk) {
      footer.chunks[chunk].rows = builder.chunkRows(chunk);
      tablefile::Segment segment{offset, builder.segmentLayout(chunk, column), 0, builder.zoneMap(chunk, column)};
      offset += segment.layout.totalBytes();
      footer.chunks[chunk].segments.push_back(std::move(segment));
    }
  }
  for (std::size_t column = 0; column < builder.schema().size(); ++column) {
    tablefile::Column stored{builder.schema()[column], builder.encoding(column), {}};
    const auto strings = builder.dictionary(column);
    if (!strings.empty()) {
      stored.dictionary.offset = offset;
      stored.dictionary.strings = strings.size();
      for (const std::string_view text : strings) {
        stored.dictionary.heapBytes += text.size();
      }
      offset += stored.dictionary.totalBytes();
    }
    footer.columns.push_back(std::move(stored));
  }
  return offset;
}

/// Chunks [begin, end) of a column.
struct ColumnPart {
  std::size_t column;
  std::size_t begin;
  std::size_t end;
};

/// All columns in the order of the file, in parts of at least so many bytes where there are as many.
std::vector<ColumnPart> partsOf(const tablefile::Footer& footer) {
  constexpr std::uint64_t kPartBytes = std::uint64_t{8} << 20;
  std::vector<ColumnPart> parts;
  for (std::size_t column = 0; column < footer.columns.size(); ++column) {
    std::uint64_t bytes = kPartBytes;
    for (std::size_t chunk = 0; chunk < footer.chunks.size(); ++chunk) {
      if (bytes >= kPartBytes) {
        parts.push_back({column, chunk, chunk});
        bytes = 0;
      }
      parts.back().end = chunk + 1;
      bytes += footer.chunks[chunk].segments[column].layout.totalBytes();
    }
  }
  return parts;
}

void writePart(BlockedOutput& output, TableBuilder& builder, const ColumnPart& part, tablefile::Footer& footer) {
  const auto segmentOf = [&](std::size_t chunk) -> tablefile::Segment& {
    return footer.chunks[chunk].segments[part.column];
  };
  const std::uint64_t start = segmentOf(part.begin).offset;
  const tablefile::Segment& last = segmentOf(part.end - 1);
  AlignedBytes bytes(last.offset + last.layout.totalBytes() - start);
  for (std::size_t chunk = part.begin; chunk < part.end; ++chunk) {
    tablefile::Segment& segment = segmentOf(chunk);
    std::byte* target = bytes.data() + (segment.offset - start);
    builder.encode(chunk, part.column, target);
    segment.checksum = tablefile::checksum({target, segment.layout.totalBytes()});
    builder.release(chunk, part.column);
  }
  output.writeAt(start, bytes.bytes());
}

void writeDictionary(BlockedOutput& output, std::span<const std::string_view> strings, tablefile::Dictionary& stored) {
  AlignedBytes bytes(stored.totalBytes());
  std::uint64_t used = 0;
  for (std::size_t code = 0; code < strings.size(); ++code) {
    std::memcpy(bytes.data() + code * sizeof(used), &used, sizeof(used));
    const std::string_view text = strings[code];
    if (!text.empty()) {
      std::memcpy(bytes.data() + stored.heapOffset() + used, text.data(), text.size());
    }
    used += text.size();
  }
  std::memcpy(bytes.data() + strings.size() * sizeof(used), &used, sizeof(used));
  stored.checksum = tablefile::checksum(bytes.bytes());
  output.writeAt(stored.offset, bytes.bytes());
}

/// Header, padding, footer and trailer; returns the size of the file.
std::uint64_t writeFrame(BlockedOutput& output, const tablefile::Footer& footer, std::uint64_t dataEnd) {
  std::byte header[tablefile::kHeaderBytes] = {};
  std::memcpy(header, &tablefile::kMagic, sizeof(tablefile::kMagic));
  std::memcpy(header + sizeof(tablefile::kMagic), &tablefile::kVersion, sizeof(tablefile::kVersion));
  output.writeAt(0, header);
  const std::byte padding[tablefile::kPaddingBytes] = {};
  output.writeAt(dataEnd, padding);
  const std::vector<std::byte> bytes = tablefile::encodeFooter(footer);
  tablefile::Trailer trailer{dataEnd + tablefile::kPaddingBytes, bytes.size(), tablefile::checksum(bytes), 0,
                             tablefile::kMagic};
  trailer.fileBytes = trailer.footerOffset + bytes.size() + sizeof(trailer);
  output.writeAt(trailer.footerOffset, bytes);
  output.writeAt(trailer.footerOffset + bytes.size(), std::as_bytes(std::span(&trailer, 1)));
  return trailer.fileBytes;
}

}  // namespace

TableWriter::TableWriter(std::filesystem::path directory, std::string name, Schema schema)
    : directory_(std::move(directory)),
      name_(std::move(name)),
      builder_(std::move(schema), EncodingChoice::Automatic),
      pending_(builder_.schema()) {
  if (name_.empty() || name_.front() == '.' || name_.find('/') != std::string::npos ||
      name_.find('\0') != std::string::npos) {
    throw ExecutionError(
        ErrorCode::InvalidUsage, "TableWriter",
        "expected a table name that can be a file's: not empty, no leading dot, no slash; got '" + name_ + "'");
  }
  if (builder_.schema().size() == 0) {
    throw ExecutionError(ErrorCode::InvalidUsage, "TableWriter", "table " + name_ + " has no columns");
  }
}

void TableWriter::append(std::span<const Value> row) {
  pending_.appendRow(row);
  if (pending_.rows() == TableBuilder::kChunkRows) {
    builder_.stage(builder_.chunkCount(), pending_);
  }
}

std::uint64_t TableWriter::finish(std::size_t threads) {
  if (pending_.rows() != 0) {
    builder_.stage(builder_.chunkCount(), pending_);
  }
  builder_.chooseEncodings();
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) {
    throw ExecutionError(ErrorCode::InputOutput, directory_.string(),
                         "could not create the directory: " + error.message());
  }
  FileOutput file(directory_ / (name_ + tablefile::kExtension));
  BlockedOutput output(file);
  tablefile::Footer footer;
  const std::uint64_t dataEnd = layOut(builder_, footer);
  const std::vector<ColumnPart> parts = partsOf(footer);
  parallelFor(parts.size(), threads, [&](std::size_t part) { writePart(output, builder_, parts[part], footer); });
  for (std::size_t column = 0; column < footer.columns.size(); ++column) {
    if (footer.columns[column].dictionary.strings != 0) {
      writeDictionary(output, builder_.dictionary(column), footer.columns[column].dictionary);
    }
  }
  const std::uint64_t fileBytes = writeFrame(output, footer, dataEnd);
  output.flush();
  file.publish();
  return fileBytes;
}

}  // namespace basalt
