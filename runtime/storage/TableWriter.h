#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "runtime/storage/TableBuilder.h"

namespace basalt {

/// Makes the file of a table. Rows come one by one, or chunk by chunk from several threads; they are held in memory,
/// small, until finish(), because their encodings depend on all of them. The file appears under its name complete and
/// durable, or not at all; a table of that name is replaced, and those who have it open keep the old one.
class TableWriter {
 public:
  /// Throws ExecutionError(InvalidUsage) for a name that cannot be a file's, or a schema without columns.
  TableWriter(std::filesystem::path directory, std::string name, Schema schema);

  /// Appends a row; not together with stage(). Throws ExecutionError(InvalidUsage) for a row that does not fit the
  /// schema.
  void append(std::span<const Value> row);
  /// See TableBuilder::stage.
  void stage(std::size_t chunk, ChunkBuffer& buffer) { builder_.stage(chunk, buffer); }

  /// Writes the file on up to `threads` threads (0: one per processor) and returns its size in bytes. The writer is
  /// used up then. Creates the directory when it is missing. Throws ExecutionError(InputOutput).
  std::uint64_t finish(std::size_t threads = 1);

  const Schema& schema() const noexcept { return builder_.schema(); }
  std::uint64_t rowCount() const noexcept { return builder_.rowCount() + pending_.rows(); }

 private:
  std::filesystem::path directory_;
  std::string name_;
  TableBuilder builder_;
  ChunkBuffer pending_;
};

}  // namespace basalt
