#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

#include "runtime/storage/MappedFile.h"
#include "runtime/storage/Table.h"
#include "runtime/storage/TableFile.h"

namespace basalt {

/// A table in a file of Basalt's own format (TableFile.h), mapped read-only. Opening reads the footer; a segment is
/// checked against its checksum when it is first asked for, and so are the offsets and codes in it, so that whatever
/// the file holds, a scan stays within the mapping. Thread-safe. The file must not be cut short while it is open;
/// replacing it by a rename, as TableWriter does, is fine.
class ColumnarTable final : public Table {
 public:
  /// Throws ExecutionError(CorruptData, InputOutput or NotFound). The table's name is the file's, without extension.
  static std::shared_ptr<const ColumnarTable> open(const std::filesystem::path& path);

  const std::string& name() const noexcept override { return name_; }
  const Schema& schema() const noexcept override { return schema_; }
  std::uint64_t rowCount() const noexcept override { return footer_.rowCount; }
  ColumnEncoding encoding(std::size_t column) const override { return footer_.columns[column].encoding; }
  /// Throws like slice().
  std::span<const StringView> dictionary(std::size_t column) const override;
  DictionaryOrder dictionaryOrder(std::size_t) const override { return DictionaryOrder::Ascending; }
  std::size_t chunkCount() const noexcept override { return footer_.chunks.size(); }
  std::uint64_t chunkRows(std::size_t chunk) const override { return footer_.chunks[chunk].rows; }
  ColumnSlice slice(std::size_t chunk, std::size_t column) const override;
  const ZoneMap& zoneMap(std::size_t chunk, std::size_t column) const override {
    return footer_.chunks[chunk].segments[column].zone;
  }
  ZoneMap columnZone(std::size_t column) const override { return columnZones_[column]; }
  std::uint64_t fileBytes() const noexcept { return file_.size(); }

 private:
  /// The strings of a Dictionary column, read when first asked for.
  struct LoadedDictionary {
    std::mutex mutex;
    std::atomic<bool> loaded{false};
    std::vector<StringView> strings;
  };

  explicit ColumnarTable(const std::filesystem::path& path);
  void readFooter();
  void loadDictionary(std::size_t column) const;
  void checkSegment(std::size_t chunk, std::size_t column) const;
  [[noreturn]] void fail(const std::string& message) const;

  std::string place_;
  std::string name_;
  MappedFile file_;
  tablefile::Footer footer_;
  Schema schema_;
  std::vector<ZoneMap> columnZones_;
  std::unique_ptr<LoadedDictionary[]> dictionaries_;
  /// One per chunk and column, chunks first.
  mutable std::unique_ptr<std::atomic<bool>[]> checked_;
};

}  // namespace basalt
