#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/storage/ColumnarTable.h"

namespace basalt {

/// The tables of a directory, one file `<name>.basalt` each. The names are read when the store is opened, a table when
/// it is first asked for, so that one damaged file does not stand in the way of the others. Thread-safe.
class Store final : public Catalog {
 public:
  /// Throws ExecutionError(NotFound or InputOutput) when there is no such directory, ExecutionError(InvalidUsage) when
  /// two names differ in case only.
  explicit Store(std::filesystem::path directory);

  /// Throws ExecutionError(CorruptData or InputOutput) when the table is there but cannot be opened.
  std::shared_ptr<const Table> find(std::string_view name) const override;
  std::vector<std::string> tableNames() const override;

 private:
  struct Entry {
    std::string name;
    std::filesystem::path path;
    std::shared_ptr<const ColumnarTable> table;
  };

  std::filesystem::path directory_;
  mutable std::mutex mutex_;
  /// By name in lower case.
  mutable std::map<std::string, Entry, std::less<>> tables_;
};

}  // namespace basalt
