#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/storage/MemoryTable.h"
#include "runtime/types/Value.h"
#include "tests/fuzz/Random.h"

namespace basalt::fuzz {

using Row = std::vector<Value>;

/// A column and what may be done with it.
struct TableColumn {
  Field field;
  /// Numbers are multiples of a power of two and small: sums of them have the same value in any order.
  bool isDyadic = true;
};

struct WorldTable {
  std::string name;
  std::vector<TableColumn> columns;
  std::vector<Row> rows;
  std::uint32_t chunkRows = TableBuilder::kChunkRows;
  EncodingChoice encoding = EncodingChoice::Automatic;
  /// Whether the table says where its values lie.
  bool hasZones = true;

  Schema schema() const;
};

/// Tables that many plans are run over.
class World final : public Catalog {
 public:
  World() = default;
  explicit World(std::vector<WorldTable> tables);

  const std::vector<WorldTable>& tables() const { return tables_; }
  std::shared_ptr<const Table> find(std::string_view name) const override;
  std::vector<std::string> tableNames() const override;

  /// CREATE TABLE statements that Basalt and DuckDB understand.
  std::string schemaSql() const;
  /// Statements that make the tables in DuckDB, dropping those that are there.
  std::vector<std::string> duckDbStatements() const;

 private:
  std::vector<WorldTable> tables_;
  std::map<std::string, std::shared_ptr<const Table>, std::less<>> stored_;
};

/// Tables of random shapes, types and values: small domains that join, skew, NULLs, extremes in some worlds only, so
/// that most plans get through without an error.
World makeWorld(std::uint64_t seed);

}  // namespace basalt::fuzz
