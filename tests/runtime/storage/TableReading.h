#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "runtime/storage/Table.h"

namespace basalt::test {

using Rows = std::vector<std::vector<Value>>;

/// One cell of a table, decoded by the rules of ColumnSlice.h alone.
Value readCell(const Table& table, std::size_t chunk, std::size_t column, std::uint64_t row);
Rows readRows(const Table& table);

/// Equality that knows NaN, and a zero's sign.
bool isSame(const Value& left, const Value& right);
/// Fails the test at the first difference.
void expectRows(const Table& table, const Rows& expected);
/// Fails the test where a value lies outside its zone map, or a NULL is not announced.
void expectSoundZoneMaps(const Table& table);

/// A schema with a nullable and a NOT NULL column of every type, decimals of several sizes.
Schema schemaOfAllTypes();
/// Rows for a schema: extremes, small and large ranges, few and many strings, runs of NULLs.
Rows randomRows(const Schema& schema, std::size_t count, std::mt19937_64& random);

/// A fresh directory, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file there and returns its path.
  std::filesystem::path write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

std::string readFile(const std::filesystem::path& path);

}  // namespace basalt::test
