#pragma once

#include <memory>
#include <string>

#include "runtime/storage/Table.h"

namespace basalt::testing {

/// A table whose chunks are those of another one, over and over: billions of rows in the memory of a few.
class RepeatedTable final : public Table {
 public:
  RepeatedTable(std::string name, std::shared_ptr<const Table> table, std::size_t times)
      : name_(std::move(name)), table_(std::move(table)), times_(times) {}

  const std::string& name() const noexcept override { return name_; }
  const Schema& schema() const noexcept override { return table_->schema(); }
  std::uint64_t rowCount() const noexcept override { return table_->rowCount() * times_; }
  ColumnEncoding encoding(std::size_t column) const override { return table_->encoding(column); }
  std::span<const StringView> dictionary(std::size_t column) const override { return table_->dictionary(column); }
  std::size_t chunkCount() const noexcept override { return table_->chunkCount() * times_; }
  std::uint64_t chunkRows(std::size_t chunk) const override { return table_->chunkRows(original(chunk)); }
  ColumnSlice slice(std::size_t chunk, std::size_t column) const override {
    return table_->slice(original(chunk), column);
  }
  const ZoneMap& zoneMap(std::size_t chunk, std::size_t column) const override {
    return table_->zoneMap(original(chunk), column);
  }

 private:
  std::size_t original(std::size_t chunk) const { return chunk % table_->chunkCount(); }

  std::string name_;
  std::shared_ptr<const Table> table_;
  std::size_t times_;
};

}  // namespace basalt::testing
