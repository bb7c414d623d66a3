#include "bench/support/PlainTables.h"

#include <utility>

#include "engine/ExecutionEngine.h"
#include "interpreter/Interpreter.h"

namespace basalt::bench {

namespace {

/// A table whose zone maps know nothing.
class TableWithoutZones final : public Table {
 public:
  explicit TableWithoutZones(std::shared_ptr<const Table> table) : table_(std::move(table)) {}

  const std::string& name() const noexcept override { return table_->name(); }
  const Schema& schema() const noexcept override { return table_->schema(); }
  std::uint64_t rowCount() const noexcept override { return table_->rowCount(); }
  ColumnEncoding encoding(std::size_t column) const override { return table_->encoding(column); }
  std::span<const StringView> dictionary(std::size_t column) const override { return table_->dictionary(column); }
  std::size_t chunkCount() const noexcept override { return table_->chunkCount(); }
  std::uint64_t chunkRows(std::size_t chunk) const override { return table_->chunkRows(chunk); }
  ColumnSlice slice(std::size_t chunk, std::size_t column) const override { return table_->slice(chunk, column); }
  const ZoneMap& zoneMap(std::size_t, std::size_t) const override { return unknown_; }

 private:
  std::shared_ptr<const Table> table_;
  ZoneMap unknown_{{}, {}, true};
};

std::shared_ptr<const Table> makePlainTable(ExecutionEngine& engine, const Catalog& catalog, const std::string& name) {
  const Schema& schema = catalog.find(name)->schema();
  TableBuilder builder(schema, EncodingChoice::Plain);
  ChunkBuffer chunk(schema);
  std::size_t chunks = 0;
  const auto result = engine.execute(PlanBuilder::scan(name).build(), catalog);
  while (const auto next = result->nextBatch()) {
    const Batch& batch = next->batch;
    for (std::uint32_t row = 0; row < batch.rowCount; ++row) {
      for (std::size_t column = 0; column < schema.size(); ++column) {
        chunk.column(column).append(valueAt(batch, schema, column, row));
      }
      if (chunk.rows() == TableBuilder::kChunkRows) builder.stage(chunks++, chunk);
    }
  }
  if (chunk.rows() != 0) builder.stage(chunks, chunk);
  return std::make_shared<TableWithoutZones>(MemoryTable::fromChunks(name, builder));
}

}  // namespace

Tables makePlainTables(const Catalog& catalog) {
  // One worker, so that rows keep their order; no compiler.
  ExecutionEngine engine({.workers = 1}, interpreter::runners());
  Tables tables;
  for (const std::string& name : catalog.tableNames()) tables.add(makePlainTable(engine, catalog, name));
  return tables;
}

}  // namespace basalt::bench
