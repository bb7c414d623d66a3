#include "runtime/storage/MemoryTable.h"

#include <cstring>

#include "runtime/ExecutionError.h"

namespace basalt {

std::shared_ptr<const MemoryTable> MemoryTable::fromRows(std::string name, Schema schema,
                                                         std::span<const std::vector<Value>> rows, Options options) {
  if (options.chunkRows == 0 || options.chunkRows > TableBuilder::kChunkRows) {
    throw ExecutionError(ErrorCode::InvalidUsage, "MemoryTable " + name,
                         "expected 1 to " + std::to_string(TableBuilder::kChunkRows) + " rows per chunk, got " +
                             std::to_string(options.chunkRows));
  }
  TableBuilder builder(std::move(schema), options.encoding);
  ChunkBuffer chunk(builder.schema());
  for (const std::vector<Value>& row : rows) {
    chunk.appendRow(row);
    if (chunk.rows() == options.chunkRows) {
      builder.stage(builder.chunkCount(), chunk);
    }
  }
  if (chunk.rows() != 0) {
    builder.stage(builder.chunkCount(), chunk);
  }
  return fromChunks(std::move(name), builder, std::move(options));
}

std::shared_ptr<const MemoryTable> MemoryTable::fromChunks(std::string name, TableBuilder& builder, Options options) {
  if (options.budget == nullptr) {
    options.budget = MemoryBudget::createRoot("table " + name);
  }
  return std::shared_ptr<const MemoryTable>(new MemoryTable(std::move(name), builder, options));
}

MemoryTable::MemoryTable(std::string name, TableBuilder& builder, const Options& options)
    : name_(std::move(name)), schema_(builder.schema()) {
  const std::shared_ptr<MemoryBudget>& budget = options.budget;
  builder.chooseEncodings();
  rowCount_ = builder.rowCount();
  for (std::size_t column = 0; column < schema_.size(); ++column) {
    Column stored;
    stored.encoding = builder.encoding(column);
    std::size_t bytes = 0;
    for (const std::string_view text : builder.dictionary(column)) {
      bytes += text.size();
    }
    if (stored.encoding.kind == ColumnEncoding::Kind::Dictionary) {
      stored.strings = Buffer(budget, bytes);
    }
    std::size_t used = 0;
    for (const std::string_view text : builder.dictionary(column)) {
      char* place = stored.strings.as<char>() + used;
      text.copy(place, text.size());
      stored.dictionary.push_back(StringView::make(place, static_cast<std::uint32_t>(text.size())));
      used += text.size();
    }
    columns_.push_back(std::move(stored));
  }
  for (std::size_t chunk = 0; chunk < builder.chunkCount(); ++chunk) {
    Chunk stored;
    stored.rows = builder.chunkRows(chunk);
    std::vector<SegmentLayout> layouts;
    std::size_t bytes = 0;
    for (std::size_t column = 0; column < schema_.size(); ++column) {
      layouts.push_back(builder.segmentLayout(chunk, column));
      bytes += layouts.back().totalBytes();
    }
    stored.bytes = Buffer(budget, bytes);
    std::byte* target = stored.bytes.data();
    for (std::size_t column = 0; column < schema_.size(); ++column) {
      builder.encode(chunk, column, target);
      stored.slices.push_back(
          layouts[column].sliceAt(target, columns_[column].dictionary.data(), builder.base(chunk, column)));
      if (columns_[column].encoding.kind != ColumnEncoding::Kind::Dictionary) {
        stored.slices.back().dictionary = nullptr;
      }
      stored.zones.push_back(options.hasZones ? builder.zoneMap(chunk, column) : ZoneMap{{}, {}, true});
      target += layouts[column].totalBytes();
      builder.release(chunk, column);
    }
    chunks_.push_back(std::move(stored));
  }
}

}  // namespace basalt
