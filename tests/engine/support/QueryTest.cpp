#include "tests/engine/support/QueryTest.h"

#include <algorithm>
#include <utility>

#include "runtime/ExecutionError.h"

namespace basalt::testing {

void TestCatalog::add(std::string name, std::vector<Field> fields, const Rows& rows, std::uint32_t chunkRows) {
  MemoryTable::Options options;
  options.chunkRows = chunkRows;
  tables_[name] = MemoryTable::fromRows(name, Schema(std::move(fields)), rows, options);
}

void TestCatalog::addPlain(std::string name, std::vector<Field> fields, const Rows& rows, std::uint32_t chunkRows) {
  MemoryTable::Options options;
  options.encoding = EncodingChoice::Plain;
  options.chunkRows = chunkRows;
  options.hasZones = false;
  tables_[name] = MemoryTable::fromRows(name, Schema(std::move(fields)), rows, options);
}

std::shared_ptr<const Table> TestCatalog::find(std::string_view name) const {
  const auto table = tables_.find(name);
  return table == tables_.end() ? nullptr : table->second;
}

std::vector<std::string> TestCatalog::tableNames() const {
  std::vector<std::string> names;
  for (const auto& [name, table] : tables_) names.push_back(name);
  return names;
}

Rows QueryTest::run(const PhysicalPlan& plan, const Catalog& catalog) {
  ExecutionEngine& engine = GetParam().engine();
  Rows rows;
  {
    const auto result = engine.execute(plan, catalog, GetParam().options());
    Row row;
    while (result->next(row)) rows.push_back(row);
    statistics_ = result->statistics();
  }
  EXPECT_EQ(engine.memory().current(), 0U) << "memory is still charged after the query";
  EXPECT_TRUE(statistics_.warnings.empty()) << statistics_.warnings.front();
  return rows;
}

ExecutionError QueryTest::runExpectingError(const PhysicalPlan& plan, const Catalog& catalog) {
  ExecutionEngine& engine = GetParam().engine();
  std::optional<ExecutionError> error;
  {
    std::unique_ptr<ResultSet> result;
    try {
      result = engine.execute(plan, catalog, GetParam().options());
      Row row;
      while (result->next(row)) {
      }
    } catch (const ExecutionError& failure) {
      error = failure;
    }
    if (result) statistics_ = result->statistics();
  }
  EXPECT_EQ(engine.memory().current(), 0U) << "memory is still charged after the query";
  if (!error) {
    ADD_FAILURE() << "the query was expected to fail";
    error.emplace(ErrorCode::None, "", "");
  }
  return *error;
}

std::vector<std::string> lines(const Rows& rows) {
  std::vector<std::string> lines;
  for (const Row& row : rows) {
    std::string line;
    for (const Value& value : row) line += value.toString() + "|";
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> sortedLines(const Rows& rows) {
  std::vector<std::string> sorted = lines(rows);
  std::ranges::sort(sorted);
  return sorted;
}

SortKey ascending(std::string column) { return {col(std::move(column)), false, {}}; }
SortKey descending(std::string column) { return {col(std::move(column)), true, {}}; }

Value integerValue(std::int64_t value) { return Value::integer(Type::integer(), value); }
Value bigIntValue(std::int64_t value) { return Value::integer(Type::bigInt(), value); }
Value decimalValue(std::uint8_t precision, std::uint8_t scale, std::int64_t unscaled) {
  return Value::decimal(Type::decimal(precision, scale), unscaled);
}
Value doubleValue(double value) { return Value::floating(Type::doublePrecision(), value); }
Value textValue(std::string text) { return Value::string(Type::varchar(), std::move(text)); }
Value dateValue(std::string_view text) { return Value::parse(Type::date(), text); }
Value booleanValue(bool value) { return Value::boolean(value); }

}  // namespace basalt::testing
