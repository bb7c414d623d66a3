#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/TypeConversion.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"
#include "runtime/ExecutionError.h"
#include "runtime/storage/MemoryTable.h"

namespace basalt {
namespace {

/// A constant that has been computed.
ExpressionPointer requireLiteral(ExpressionPointer expression, const std::string& path) {
  if (isLiteral(*expression)) return expression;
  failPlan(path, fmt::format("expected a constant that can be computed, got: {}", expression->text));
}

ExpressionPointer convert(const ExpressionPointer& literal, Type type, const std::string& path) {
  const std::optional<ExpressionPointer> adapted = adaptLiteral(literal, type);
  return adapted ? *adapted : requireLiteral(castExpression(literal, type, path), path);
}

/// The common type of a column's literals. `placeOf(row)` is where one of them stands.
template <typename PlaceOf>
Type commonTypeOf(const std::vector<ExpressionPointer>& literals, const PlaceOf& placeOf) {
  const auto typeOfFirst = [&](std::size_t count) {
    std::vector<ExpressionPointer> first(literals.begin(), literals.begin() + static_cast<std::ptrdiff_t>(count));
    return unifyTypes(first, placeOf(count - 1));
  };
  try {
    return typeOfFirst(literals.size());
  } catch (const ExecutionError&) {
    // The first that does not go with those before it is the one to name.
    std::size_t good = 1;
    std::size_t bad = literals.size();
    while (good + 1 < bad) {
      const std::size_t middle = (good + bad) / 2;
      try {
        typeOfFirst(middle);
        good = middle;
      } catch (const ExecutionError&) {
        bad = middle;
      }
    }
    return typeOfFirst(bad);
  }
}

}  // namespace

SpecPointer bindValues(const ValuesNode& values, const std::string& path) {
  if (values.columns.empty()) failPlan(path + ".columns", "expected at least one column");
  const auto placeOf = [&](std::size_t row, std::size_t column) {
    return fmt::format("{}.rows[{}][{}]", path, row, column);
  };
  std::vector<std::vector<ExpressionPointer>> columns(values.columns.size());
  for (std::size_t row = 0; row < values.rows.size(); ++row) {
    if (values.rows[row].size() != columns.size()) {
      failPlan(fmt::format("{}.rows[{}]", path, row),
               fmt::format("expected {} values, one per column, got {}", columns.size(), values.rows[row].size()));
    }
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const std::string place = placeOf(row, column);
      columns[column].push_back(requireLiteral(bindExpression(values.rows[row][column], Schema(), place), place));
    }
  }

  Schema schema;
  std::vector<std::vector<Value>> rows(values.rows.size());
  for (std::size_t column = 0; column < columns.size(); ++column) {
    std::optional<Type> type = values.columns[column].type;
    if (!type) {
      if (rows.empty()) failPlan(fmt::format("{}.columns[{}]", path, column), "without rows a column needs a type");
      type = commonTypeOf(columns[column], [&](std::size_t row) { return placeOf(row, column); });
    }
    bool nullable = false;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const ExpressionPointer literal = convert(columns[column][row], *type, placeOf(row, column));
      nullable = nullable || literal->literal.isNull();
      rows[row].push_back(literal->literal);
    }
    schema.append({values.columns[column].name, *type, nullable});
  }

  auto spec = std::make_shared<ScanSpec>(OperatorKind::Values);
  spec->path = path;
  spec->table = MemoryTable::fromRows("values", schema, rows);
  for (std::uint32_t column = 0; column < schema.size(); ++column) {
    spec->readColumns.push_back(column);
    spec->outputColumns.push_back(column);
  }
  spec->readSchema = schema;
  spec->output = std::move(schema);
  return spec;
}

}  // namespace basalt
