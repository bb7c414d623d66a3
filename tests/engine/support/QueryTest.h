#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "operators/plan/PlanNode.h"
#include "runtime/ExecutionError.h"
#include "runtime/storage/MemoryTable.h"
#include "tests/engine/support/EngineVariant.h"

namespace basalt::testing {

using Row = std::vector<Value>;
using Rows = std::vector<Row>;

/// Tables by name, for tests.
class TestCatalog final : public Catalog {
 public:
  /// A table of `rows`, in chunks of `chunkRows`, so that small tables have several.
  void add(std::string name, std::vector<Field> fields, const Rows& rows, std::uint32_t chunkRows = 250);
  /// The same in plain columns, of whose values nobody knows anything beforehand.
  void addPlain(std::string name, std::vector<Field> fields, const Rows& rows, std::uint32_t chunkRows = 250);
  std::shared_ptr<const Table> find(std::string_view name) const override;
  std::vector<std::string> tableNames() const override;

 private:
  std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables_;
};

/// A test whose body runs once per EngineVariant. Checks, with every query, that all its memory is given back.
class QueryTest : public ::testing::TestWithParam<EngineVariant> {
 protected:
  /// All rows of a plan, in the order in which they came.
  Rows run(const PhysicalPlan& plan, const Catalog& catalog);
  /// The error that a plan fails with; a test failure when it does not.
  ExecutionError runExpectingError(const PhysicalPlan& plan, const Catalog& catalog);
  /// Statistics of the last run() or runExpectingError().
  const ExecutionStatistics& statistics() const { return statistics_; }

 private:
  ExecutionStatistics statistics_;
};

/// Rows as lines of text, sorted: for comparing results whose order is open.
std::vector<std::string> sortedLines(const Rows& rows);
/// Rows as lines of text in their order.
std::vector<std::string> lines(const Rows& rows);

/// Sort keys with the usual place of NULLs.
SortKey ascending(std::string column);
SortKey descending(std::string column);

/// Short forms for values.
Value integerValue(std::int64_t value);
Value bigIntValue(std::int64_t value);
Value decimalValue(std::uint8_t precision, std::uint8_t scale, std::int64_t unscaled);
Value doubleValue(double value);
Value textValue(std::string text);
Value dateValue(std::string_view text);
Value booleanValue(bool value);

}  // namespace basalt::testing
