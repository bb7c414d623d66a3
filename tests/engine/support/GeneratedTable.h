#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/storage/ColumnBuffer.h"
#include "runtime/storage/MemoryTable.h"

namespace basalt::testing {

/// A large table made without boxing its values: `fill` appends row `row` to all columns of a chunk.
std::shared_ptr<const Table> generateTable(std::string name, std::vector<Field> fields, std::uint64_t rows,
                                           const std::function<void(std::uint64_t row, ChunkBuffer& chunk)>& fill);

/// Tables that are made once per process.
class GeneratedCatalog final : public Catalog {
 public:
  void add(std::shared_ptr<const Table> table) { tables_[table->name()] = std::move(table); }
  std::shared_ptr<const Table> find(std::string_view name) const override;
  std::vector<std::string> tableNames() const override;

 private:
  std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables_;
};

/// Well mixed bits of a number: random data that needs no generator's state.
constexpr std::uint64_t mixBits(std::uint64_t value) noexcept {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

}  // namespace basalt::testing
