#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "runtime/storage/SchemaParser.h"

namespace basalt {

struct ImportProgress {
  const std::string& table;
  std::uint64_t textBytesDone;
  std::uint64_t textBytesTotal;
};

struct ImportOptions {
  /// 0: one per processor.
  std::size_t threads = 0;
  /// Called after each chunk of rows, from any thread but never from two at once.
  std::function<void(const ImportProgress&)> progress;
};

struct ImportedTable {
  std::string name;
  std::uint64_t rows = 0;
  std::uint64_t textBytes = 0;
  std::uint64_t storedBytes = 0;
};

/// Loads text files (TextFormat: `.tbl`, `.csv`) into the store at `storeDirectory`, which is made when it is missing.
/// A file's name without extension says which of the defined tables it holds (case-insensitive); a table of that name
/// in the store is replaced. While a table is loaded its rows are in memory in narrow form, about half the size of the
/// text. That a primary key is unique is not checked. Throws ExecutionError: InvalidUsage for a file that fits no
/// table, InvalidArgument at "path:line:column" for bad text (the first in the file), NotFound, InputOutput. Tables
/// already complete stay, the one that failed leaves nothing.
std::vector<ImportedTable> importText(std::span<const TableDefinition> tables,
                                      std::span<const std::filesystem::path> files,
                                      const std::filesystem::path& storeDirectory, const ImportOptions& options = {});
/// The same with the definitions from a file of CREATE TABLE statements.
std::vector<ImportedTable> importText(const std::filesystem::path& schemaFile,
                                      std::span<const std::filesystem::path> files,
                                      const std::filesystem::path& storeDirectory, const ImportOptions& options = {});

}  // namespace basalt
