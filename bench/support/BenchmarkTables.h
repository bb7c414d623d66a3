#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/storage/ColumnBuffer.h"
#include "runtime/storage/MemoryTable.h"

namespace basalt::bench {

/// A table of `rows` rows in memory: `fill` appends row `row` to all columns of a chunk.
std::shared_ptr<const Table> makeTable(std::string name, std::vector<Field> fields, std::uint64_t rows,
                                       const std::function<void(std::uint64_t row, ChunkBuffer& chunk)>& fill);

/// Well mixed bits of a number: random data that is the same in every run.
std::uint64_t mixBits(std::uint64_t value) noexcept;

class Tables final : public Catalog {
 public:
  void add(std::shared_ptr<const Table> table) { tables_[table->name()] = std::move(table); }
  std::shared_ptr<const Table> find(std::string_view name) const override;
  std::vector<std::string> tableNames() const override;

 private:
  std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables_;
};

}  // namespace basalt::bench
