#include "operators/spec/PlanBinder.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/NameSuggestion.h"
#include "operators/spec/AggregationBinder.h"
#include "operators/spec/ZoneConditions.h"
#include "runtime/ExecutionError.h"
#include "runtime/hashtable/JoinTable.h"

namespace basalt {
namespace {

[[noreturn]] void fail(const std::string& path, std::string message) {
  throw ExecutionError(ErrorCode::InvalidPlan, path, std::move(message));
}

/// Position of `name` in `schema`; an error that names what there is otherwise.
std::uint32_t resolveColumn(const Schema& schema, const std::string& name, const std::string& path) {
  // Name resolution is the expression binder's: a column is the simplest expression.
  return bindExpression(col(name), schema, path)->column;
}

RowLayout::ColumnType columnType(const Expression& expression) {
  return {expression.type.physical(), expression.nullable};
}

std::vector<RowLayout::ColumnType> columnTypes(const std::vector<ExpressionPointer>& expressions) {
  std::vector<RowLayout::ColumnType> types;
  types.reserve(expressions.size());
  for (const ExpressionPointer& expression : expressions) types.push_back(columnType(*expression));
  return types;
}

/// Adds every column that `expression` reads to `columns`.
void collectColumns(const Expression& expression, std::set<std::uint32_t>& columns) {
  visitExpressions(expression, [&](const Expression& part) {
    if (part.kind == Expression::Kind::Column) columns.insert(part.column);
  });
}

/// Turns plan nodes into specs, from the leaves up.
class NodeBinder {
 public:
  explicit NodeBinder(const Catalog& catalog) : catalog_(catalog) {}

  SpecPointer bind(const PlanNode& node, const std::string& path) {
    return std::visit([&](const auto& content) { return bindContent(content, node, path); }, node.content);
  }

 private:
  SpecPointer bindChild(const PlanNode& node, std::size_t index, const std::string& path, std::string_view field) {
    return bind(*node.children.at(index), fmt::format("{}.{}", path, field));
  }

  SpecPointer bindContent(const ScanNode& scan, const PlanNode& node, const std::string& path);
  SpecPointer bindContent(const SelectionNode& selection, const PlanNode& node, const std::string& path);
  SpecPointer bindContent(const ProjectionNode& projection, const PlanNode& node, const std::string& path);
  SpecPointer bindContent(const HashJoinNode& join, const PlanNode& node, const std::string& path);
  SpecPointer bindContent(const HashAggregationNode& aggregation, const PlanNode& node, const std::string& path);
  SpecPointer bindContent(const SortNode& sort, const PlanNode& node, const std::string& path);
  SpecPointer bindContent(const TopNNode& topN, const PlanNode& node, const std::string& path);
  SpecPointer bindContent(const LimitNode& limit, const PlanNode& node, const std::string& path);
  static SortedRowsSpec bindSortedRows(const std::vector<SortKey>& keys, const Schema& input, const std::string& path);

  const Catalog& catalog_;
};

SpecPointer NodeBinder::bindContent(const ScanNode& scan, const PlanNode&, const std::string& path) {
  auto spec = std::make_shared<ScanSpec>();
  spec->path = path;
  spec->table = catalog_.find(scan.table);
  if (!spec->table) {
    const std::vector<std::string> names = catalog_.tableNames();
    fail(path + ".table", fmt::format("no table '{}'{}", scan.table, suggestName(scan.table, names)));
  }
  const Schema& schema = spec->table->schema();
  std::vector<std::uint32_t> output;
  for (std::size_t index = 0; index < scan.columns.size(); ++index) {
    output.push_back(resolveColumn(schema, scan.columns[index], fmt::format("{}.columns[{}]", path, index)));
  }
  if (scan.columns.empty()) {
    for (std::uint32_t column = 0; column < schema.size(); ++column) output.push_back(column);
  }
  ExpressionPointer filter;
  if (scan.filter) filter = bindCondition(*scan.filter, schema, path + ".filter");

  // Read the filter's columns first, then what else the output wants.
  std::set<std::uint32_t> filtered;
  if (filter) collectColumns(*filter, filtered);
  std::vector<std::uint32_t> readIndex(schema.size(), UINT32_MAX);
  const auto read = [&](std::uint32_t column) {
    if (readIndex[column] != UINT32_MAX) return;
    readIndex[column] = static_cast<std::uint32_t>(spec->readColumns.size());
    spec->readColumns.push_back(column);
    Field field = schema[column];
    field.nullable = field.nullable && spec->table->encoding(column).nullable;
    spec->readSchema.append(std::move(field));
  };
  for (const std::uint32_t column : filtered) read(column);
  for (const std::uint32_t column : output) {
    read(column);
    spec->outputColumns.push_back(readIndex[column]);
    spec->output.append(spec->readSchema[readIndex[column]]);
  }
  if (filter) {
    // Bound once more, now that it is known which columns really hold NULLs.
    spec->filter = bindCondition(*scan.filter, spec->readSchema, path + ".filter");
    collectZoneConditions(*spec->filter, spec->readColumns, spec->zoneConditions);
  }
  std::uint64_t end = 0;
  for (std::size_t index = 0; index < scan.ranges.size(); ++index) {
    const auto& [first, last] = scan.ranges[index];
    if (first > last || first < end) {
      fail(fmt::format("{}.ranges[{}]", path, index),
           fmt::format("ranges must be ascending and disjoint, got [{}, {}] after row {}", first, last, end));
    }
    end = last;
  }
  spec->ranges = scan.ranges;
  return spec;
}

SpecPointer NodeBinder::bindContent(const SelectionNode& selection, const PlanNode& node, const std::string& path) {
  auto spec = std::make_shared<SelectionSpec>();
  spec->path = path;
  spec->children = {bindChild(node, 0, path, "input")};
  spec->output = spec->children[0]->output;
  spec->predicate = bindCondition(selection.predicate, spec->output, path + ".predicate");
  return spec;
}

SpecPointer NodeBinder::bindContent(const ProjectionNode& projection, const PlanNode& node, const std::string& path) {
  auto spec = std::make_shared<ProjectionSpec>();
  spec->path = path;
  spec->children = {bindChild(node, 0, path, "input")};
  if (projection.expressions.empty()) fail(path + ".expressions", "expected at least one expression");
  for (std::size_t index = 0; index < projection.expressions.size(); ++index) {
    const NamedExpr& named = projection.expressions[index];
    const ExpressionPointer expression =
        bindExpression(named.expression, spec->children[0]->output, fmt::format("{}.expressions[{}]", path, index));
    spec->output.append({named.name, expression->type, expression->nullable});
    spec->expressions.push_back(expression);
  }
  return spec;
}

SpecPointer NodeBinder::bindContent(const HashJoinNode& join, const PlanNode& node, const std::string& path) {
  auto spec = std::make_shared<HashJoinSpec>();
  spec->path = path;
  spec->type = join.type;
  spec->children = {bindChild(node, 0, path, "build"), bindChild(node, 1, path, "probe")};
  const Schema& build = spec->children[0]->output;
  const Schema& probe = spec->children[1]->output;
  if (join.buildKeys.empty()) fail(path + ".buildKeys", "expected at least one key");
  if (join.buildKeys.size() != join.probeKeys.size()) {
    fail(path + ".probeKeys",
         fmt::format("expected as many keys as buildKeys ({}), got {}", join.buildKeys.size(), join.probeKeys.size()));
  }
  for (std::size_t key = 0; key < join.buildKeys.size(); ++key) {
    const std::string buildPath = fmt::format("{}.buildKeys[{}]", path, key);
    const std::string probePath = fmt::format("{}.probeKeys[{}]", path, key);
    const ExpressionPointer buildKey = bindExpression(join.buildKeys[key], build, buildPath);
    const ExpressionPointer probeKey = bindExpression(join.probeKeys[key], probe, probePath);
    const Type common = commonType(buildKey->type, probeKey->type, probePath);
    spec->buildKeys.push_back(castExpression(buildKey, common, buildPath));
    spec->probeKeys.push_back(castExpression(probeKey, common, probePath));
  }

  std::vector<Field> joined(probe.begin(), probe.end());
  joined.insert(joined.end(), build.begin(), build.end());
  const Schema joinedSchema(std::move(joined));
  if (join.condition) spec->condition = bindCondition(*join.condition, joinedSchema, path + ".condition");
  for (std::size_t index = 0; index < join.output.size(); ++index) {
    spec->outputColumns.push_back(
        resolveColumn(joinedSchema, join.output[index], fmt::format("{}.output[{}]", path, index)));
  }
  if (join.output.empty()) {
    for (std::uint32_t column = 0; column < joinedSchema.size(); ++column) spec->outputColumns.push_back(column);
  }
  for (const std::uint32_t column : spec->outputColumns) spec->output.append(joinedSchema[column]);

  // Store the keys and those build columns that somebody above reads; a column that is a key is not stored twice. Rows
  // with a NULL key are not stored, so stored keys are never NULL.
  std::set<std::uint32_t> needed(spec->outputColumns.begin(), spec->outputColumns.end());
  if (spec->condition) collectColumns(*spec->condition, needed);
  spec->stored = spec->buildKeys;
  spec->storedColumnOf.assign(build.size(), HashJoinSpec::kNotStored);
  for (std::size_t key = 0; key < spec->stored.size(); ++key) {
    if (spec->stored[key]->kind != Expression::Kind::Column) continue;
    spec->storedColumnOf[spec->stored[key]->column] = static_cast<std::uint32_t>(key);
  }
  for (const std::uint32_t column : needed) {
    if (column < probe.size()) continue;
    const auto buildColumn = static_cast<std::uint32_t>(column - probe.size());
    if (spec->storedColumnOf[buildColumn] != HashJoinSpec::kNotStored) continue;
    spec->storedColumnOf[buildColumn] = static_cast<std::uint32_t>(spec->stored.size());
    spec->stored.push_back(makeColumnReference(build, buildColumn));
  }
  std::vector<RowLayout::ColumnType> types = columnTypes(spec->stored);
  for (std::size_t key = 0; key < spec->keyCount(); ++key) types[key].nullable = false;
  spec->layout = RowLayout(sizeof(JoinRow), types);
  return spec;
}

SpecPointer NodeBinder::bindContent(const HashAggregationNode& aggregation, const PlanNode& node,
                                    const std::string& path) {
  return bindAggregation(aggregation, bindChild(node, 0, path, "input"), path);
}

SortedRowsSpec NodeBinder::bindSortedRows(const std::vector<SortKey>& keys, const Schema& input,
                                          const std::string& path) {
  SortedRowsSpec rows;
  if (keys.empty()) fail(path + ".keys", "expected at least one key");
  for (std::uint32_t column = 0; column < input.size(); ++column) {
    rows.stored.push_back(makeColumnReference(input, column));
  }
  std::vector<SortKeyLayout::Key> layout;
  for (std::size_t index = 0; index < keys.size(); ++index) {
    const ExpressionPointer expression =
        bindExpression(keys[index].expression, input, fmt::format("{}.keys[{}].expression", path, index));
    SortKeyLayout::Key key;
    key.column = expression->column;
    if (expression->kind != Expression::Kind::Column) {
      key.column = static_cast<std::uint32_t>(rows.stored.size());
      rows.stored.push_back(expression);
    }
    key.type = expression->type.physical();
    key.nullable = expression->nullable;
    key.descending = keys[index].descending;
    key.nullsFirst = keys[index].nullsFirst.value_or(keys[index].descending);
    layout.push_back(key);
  }
  rows.keys = SortKeyLayout(std::move(layout));
  // Column values behind the head are 8-byte aligned.
  const std::uint32_t header = (rows.keys.bytes() + 7) / 8 * 8;
  rows.layout = RowLayout(header, columnTypes(rows.stored));
  return rows;
}

SpecPointer NodeBinder::bindContent(const SortNode& sort, const PlanNode& node, const std::string& path) {
  auto spec = std::make_shared<SortSpec>();
  spec->path = path;
  spec->children = {bindChild(node, 0, path, "input")};
  spec->output = spec->children[0]->output;
  spec->rows = bindSortedRows(sort.keys, spec->output, path);
  return spec;
}

SpecPointer NodeBinder::bindContent(const TopNNode& topN, const PlanNode& node, const std::string& path) {
  auto spec = std::make_shared<TopNSpec>();
  spec->path = path;
  spec->children = {bindChild(node, 0, path, "input")};
  spec->output = spec->children[0]->output;
  spec->rows = bindSortedRows(topN.keys, spec->output, path);
  spec->limit = topN.limit;
  spec->offset = topN.offset;
  return spec;
}

SpecPointer NodeBinder::bindContent(const LimitNode& limit, const PlanNode& node, const std::string& path) {
  auto spec = std::make_shared<LimitSpec>();
  spec->path = path;
  spec->children = {bindChild(node, 0, path, "input")};
  spec->output = spec->children[0]->output;
  spec->limit = limit.limit;
  spec->offset = limit.offset;
  return spec;
}

/// Numbers operators root first, depth first. Only here, right after binding, are specs still ours to change.
void number(const OperatorSpec& spec, std::uint32_t& next) {
  const_cast<OperatorSpec&>(spec).id = next++;  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  for (const SpecPointer& child : spec.children) number(*child, next);
}

}  // namespace

BoundPlan bindPlan(const PhysicalPlan& plan, const Catalog& catalog) {
  if (!plan.root) fail("$.root", "expected an operator");
  BoundPlan bound{NodeBinder(catalog).bind(*plan.root, "$.root")};
  std::uint32_t next = 0;
  number(*bound.root, next);
  return bound;
}

void validatePlan(const PhysicalPlan& plan, const Catalog& catalog) { (void)bindPlan(plan, catalog); }

}  // namespace basalt
