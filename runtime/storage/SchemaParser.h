#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/types/Schema.h"

namespace basalt {

/// What a CREATE TABLE statement says.
struct TableDefinition {
  std::string name;
  Schema schema;
  /// Columns of the primary key in its order; empty without one.
  std::vector<std::string> primaryKey;
};

/// Reads CREATE TABLE statements: [IF NOT EXISTS], column types (lengths of strings are read and ignored), NOT NULL,
/// NULL and PRIMARY KEY (of a column or of the table, which implies NOT NULL), comments, quoted identifiers. Other
/// identifiers are taken in lower case. Throws ExecutionError(InvalidUsage), or (Unsupported) for other statements and
/// clauses, at "place:line:column".
std::vector<TableDefinition> parseSchema(std::string_view text, const std::string& place);

/// The same from a file; also throws ExecutionError(NotFound or InputOutput).
std::vector<TableDefinition> readSchemaFile(const std::filesystem::path& path);

}  // namespace basalt
