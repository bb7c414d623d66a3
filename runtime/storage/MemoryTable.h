#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/memory/Buffer.h"
#include "runtime/storage/Table.h"
#include "runtime/storage/TableBuilder.h"

namespace basalt {

/// A table in memory, in the same encodings as one in a store: for hosts that bring their own rows, and for tests.
class MemoryTable final : public Table {
 public:
  struct Options {
    EncodingChoice encoding = EncodingChoice::Automatic;
    /// Rows of a chunk made from rows, 1 to TableBuilder::kChunkRows.
    std::uint32_t chunkRows = TableBuilder::kChunkRows;
    /// Charged for the table; null: a budget of its own, without limit.
    std::shared_ptr<MemoryBudget> budget = nullptr;
    /// Whether zone maps say where values lie, or that nobody knows: as in a host's table that has none.
    bool hasZones = true;
  };

  /// From rows of one value per column. Throws ExecutionError(InvalidUsage) for a row that does not fit the schema or a
  /// number of chunk rows out of range, ExecutionError(OutOfMemory).
  static std::shared_ptr<const MemoryTable> fromRows(std::string name, Schema schema,
                                                     std::span<const std::vector<Value>> rows, Options options);
  static std::shared_ptr<const MemoryTable> fromRows(std::string name, Schema schema,
                                                     std::span<const std::vector<Value>> rows) {
    return fromRows(std::move(name), std::move(schema), rows, Options());
  }
  /// From chunks that have been staged, whose values move out of `builder`. Errors as above.
  static std::shared_ptr<const MemoryTable> fromChunks(std::string name, TableBuilder& builder, Options options);
  static std::shared_ptr<const MemoryTable> fromChunks(std::string name, TableBuilder& builder) {
    return fromChunks(std::move(name), builder, Options());
  }

  const std::string& name() const noexcept override { return name_; }
  const Schema& schema() const noexcept override { return schema_; }
  std::uint64_t rowCount() const noexcept override { return rowCount_; }
  ColumnEncoding encoding(std::size_t column) const override { return columns_[column].encoding; }
  std::span<const StringView> dictionary(std::size_t column) const override { return columns_[column].dictionary; }
  DictionaryOrder dictionaryOrder(std::size_t) const override { return DictionaryOrder::Ascending; }
  std::size_t chunkCount() const noexcept override { return chunks_.size(); }
  std::uint64_t chunkRows(std::size_t chunk) const override { return chunks_[chunk].rows; }
  ColumnSlice slice(std::size_t chunk, std::size_t column) const override { return chunks_[chunk].slices[column]; }
  const ZoneMap& zoneMap(std::size_t chunk, std::size_t column) const override { return chunks_[chunk].zones[column]; }

 private:
  struct Column {
    ColumnEncoding encoding;
    std::vector<StringView> dictionary;
    Buffer strings;
  };
  struct Chunk {
    std::uint32_t rows = 0;
    Buffer bytes;
    std::vector<ColumnSlice> slices;
    std::vector<ZoneMap> zones;
  };

  MemoryTable(std::string name, TableBuilder& builder, const Options& options);

  std::string name_;
  Schema schema_;
  std::uint64_t rowCount_ = 0;
  std::vector<Column> columns_;
  std::vector<Chunk> chunks_;
};

}  // namespace basalt
