#include "bench/support/BenchmarkTables.h"

#include <utility>

#include "runtime/storage/TableBuilder.h"

namespace basalt::bench {

std::shared_ptr<const Table> makeTable(std::string name, std::vector<Field> fields, std::uint64_t rows,
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

std::uint64_t mixBits(std::uint64_t value) noexcept {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

std::shared_ptr<const Table> Tables::find(std::string_view name) const {
  const auto table = tables_.find(name);
  return table == tables_.end() ? nullptr : table->second;
}

std::vector<std::string> Tables::tableNames() const {
  std::vector<std::string> names;
  for (const auto& [name, table] : tables_) names.push_back(name);
  return names;
}

}  // namespace basalt::bench
