#include "bench/support/PlainTables.h"

#include <utility>

#include "engine/ExecutionEngine.h"
#include "interpreter/Interpreter.h"

namespace basalt::bench {

namespace {

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
  return MemoryTable::fromChunks(name, builder, {.hasZones = false});
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
