#include "runtime/storage/Store.h"

#include <system_error>

#include "runtime/ExecutionError.h"
#include "runtime/storage/Identifier.h"

namespace basalt {

Store::Store(std::filesystem::path directory) : directory_(std::move(directory)) {
  std::error_code error;
  std::filesystem::directory_iterator files(directory_, error);
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    const std::filesystem::path& path = files->path();
    // Files in the making start with a dot.
    if (path.extension() != tablefile::kExtension || path.filename().string().starts_with('.')) {
      continue;
    }
    Entry entry{path.stem().string(), path, nullptr};
    const auto [place, isNew] = tables_.emplace(inLowerCase(entry.name), entry);
    if (!isNew) {
      throw ExecutionError(ErrorCode::InvalidUsage, directory_.string(),
                           "table names have to differ in more than case: " + place->second.name + ", " + entry.name);
    }
  }
  if (error) {
    const bool missing = error == std::errc::no_such_file_or_directory;
    throw ExecutionError(missing ? ErrorCode::NotFound : ErrorCode::InputOutput, directory_.string(),
                         "could not read the store's directory: " + error.message());
  }
}

std::shared_ptr<const Table> Store::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto place = tables_.find(inLowerCase(name));
  if (place == tables_.end()) {
    return nullptr;
  }
  Entry& entry = place->second;
  if (entry.table == nullptr) {
    entry.table = ColumnarTable::open(entry.path);
  }
  return entry.table;
}

std::vector<std::string> Store::tableNames() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [key, entry] : tables_) {
    names.push_back(entry.name);
  }
  return names;
}

}  // namespace basalt
