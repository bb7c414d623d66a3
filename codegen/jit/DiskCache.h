#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace basalt::codegen {

/// Code by key, in a folder that processes of one user may share and that outlives them. A file of the cache is
/// code: the folder must belong to this user and nobody else may write to it; every file names its key in full and has
/// a checksum over all of it; files appear whole or not at all. What cannot be read or written is as if it were not
/// there, and a damaged file is removed. Thread-safe.
class DiskCache {
 public:
  struct Object {
    std::vector<char> bytes;
    std::uint64_t instructions = 0;
    /// What compiling it took.
    double compileMilliseconds = 0;
  };

  /// Makes the folder (0700) unless it is there. When its files exceed `maxBytes`, the least recently used ones go.
  /// Throws ExecutionError(InputOutput) when the folder cannot be used, or not safely.
  DiskCache(std::filesystem::path folder, std::uint64_t maxBytes);

  /// Whether there seems to be an object; does not touch the disk.
  bool contains(const std::string& key) const;
  std::optional<Object> load(const std::string& key);
  void store(const std::string& key, const Object& object);

 private:
  struct File {
    std::uint64_t bytes = 0;
    /// Order of last use: higher is later.
    std::uint64_t lastUse = 0;
  };

  std::string pathOf(const std::string& name) const { return folder_.native() + "/" + name; }
  void listFiles();
  void forget(const std::string& name);
  void evict();

  const std::filesystem::path folder_;
  const std::uint64_t maxBytes_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, File> files_;
  std::uint64_t bytes_ = 0;
  std::uint64_t nextUse_ = 0;
};

}  // namespace basalt::codegen
