#include "tests/engine/support/GeneratedTable.h"

#include <utility>

#include "runtime/storage/TableBuilder.h"

namespace basalt::testing {

std::shared_ptr<const Table> generateTable(std::string name, std::vector<Field> fields, std::uint64_t rows,
                                           const std::function<void(std::uint64_t row, ChunkBuffer& chunk)>& fill) {
  const Schema schema(std::move(fields));
  TableBuilder builder(schema, EncodingChoice::Automatic);
  ChunkBuffer buffer(schema);
  std::size_t chunk = 0;
  for (std::uint64_t row = 0; row < rows; ++row) {
    fill(row, buffer);
    if (buffer.rows() == TableBuilder::kChunkRows) builder.stage(chunk++, buffer);
  }
  if (buffer.rows() != 0) builder.stage(chunk, buffer);
  return MemoryTable::fromChunks(std::move(name), builder);
}

std::shared_ptr<const Table> GeneratedCatalog::find(std::string_view name) const {
  const auto table = tables_.find(name);
  return table == tables_.end() ? nullptr : table->second;
}

std::vector<std::string> GeneratedCatalog::tableNames() const {
  std::vector<std::string> names;
  for (const auto& [name, table] : tables_) names.push_back(name);
  return names;
}

}  // namespace basalt::testing
