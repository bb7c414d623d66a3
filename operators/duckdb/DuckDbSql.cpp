#include "operators/duckdb/DuckDbSql.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/duckdb/AggregateSql.h"
#include "operators/duckdb/ExpressionSql.h"
#include "operators/duckdb/SelectSql.h"
#include "operators/expression/DictionaryCodes.h"
#include "operators/plan/SqlSyntax.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/PlanBinder.h"

namespace basalt {

namespace duckdb {

namespace {

using Paths = std::map<std::string, Schema, std::less<>>;

/// The output of the topmost spec of each path: what a plan node's rows look like.
void collectPaths(const OperatorSpec& spec, Paths& paths) {
  paths.emplace(spec.path, withoutCodes(spec.output));
  for (const SpecPointer& child : spec.children) collectPaths(*child, paths);
}

/// Column names that SQL can tell apart: it knows no case and takes no two of a kind.
std::vector<std::string> distinctNames(const Schema& schema) {
  std::map<std::string, int, std::less<>> uses;
  std::vector<std::string> names;
  for (const Field& field : schema) {
    std::string name = field.name;
    while (uses[sqlsyntax::lowerCase(name)]++ > 0) {
      name = fmt::format("{}:{}", field.name, uses[sqlsyntax::lowerCase(field.name)]);
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> ownNames(const Schema& schema) {
  std::vector<std::string> names;
  for (const Field& field : schema) names.push_back(field.name);
  return names;
}

std::vector<std::string> quoted(std::vector<std::string> names) {
  for (std::string& name : names) name = quoteName(name);
  return names;
}

/// Prints plan nodes from the leaves up, each as a SELECT over the tables that its inputs have become.
class PlanPrinter {
 public:
  PlanPrinter(const BoundPlan& bound, const Catalog& catalog) : catalog_(catalog) {
    collectPaths(*bound.root, paths_);
    for (const std::string& table : catalog.tableNames()) taken_.insert(sqlsyntax::lowerCase(table));
    for (const auto& [path, output] : paths_) {
      for (const Field& field : output) taken_.insert(sqlsyntax::lowerCase(field.name));
    }
  }

  std::string printStatement(const PlanNode& root) {
    // Nobody refers to the columns of the whole statement, so they have the names that the plan gives them.
    const std::string path = "$.root";
    const std::string last = select(root, path, ownNames(schemaOf(path)));
    std::string statement;
    for (const std::string& definition : definitions_) {
      statement += fmt::format("{}{}", statement.empty() ? "WITH " : ",\n", definition);
    }
    return fmt::format("{}{}{}\n", statement, statement.empty() ? "" : "\n", last);
  }

 private:
  /// How a node is to be printed: its place, what it puts out, and what the columns are to be called.
  struct Place {
    const PlanNode& node;
    const std::string& path;
    const Schema& output;
    std::vector<std::string> names;
  };

  const Schema& schemaOf(const std::string& path) const {
    const auto found = paths_.find(path);
    if (found == paths_.end()) failPlan(path, "the bound plan has lost this operator");
    return found->second;
  }

  std::string select(const PlanNode& node, const std::string& path, std::vector<std::string> names) {
    const Place place{node, path, schemaOf(path), std::move(names)};
    return std::visit([&](const auto& content) { return print(content, place); }, node.content);
  }

  /// The input as a table: defined before the statement, referred to by its name.
  SqlTable input(const Place& place, std::size_t child, const std::string& path, bool isReadTwice = false) {
    SqlTable table;
    const Schema& schema = schemaOf(path);
    const std::vector<std::string> names = distinctNames(schema);
    const std::string definition = select(*place.node.children.at(child), path, names);
    table.name = newName();
    // All readers must see the same rows, also where a LIMIT picks them.
    definitions_.push_back(fmt::format("{} AS {}(\n{}\n)", table.name, isReadTwice ? "MATERIALIZED " : "", definition));
    table.columns.schema = schema;
    for (const std::string& name : names) {
      table.columns.references.push_back(fmt::format("{}.{}", table.name, quoteName(name)));
    }
    return table;
  }
  /// A name for a table expression that hides no table and is no column's.
  std::string newName() {
    std::string name;
    do {
      name = fmt::format("t{}", ++lastName_);
    } while (taken_.contains(name));
    return name;
  }
  SqlTable input(const Place& place, bool isReadTwice = false) {
    return input(place, 0, place.path + ".input", isReadTwice);
  }

  /// The output columns that are an input's columns in their order.
  static std::string selectAll(const SqlTable& table, const Place& place) {
    return selectList(table.columns.references, place.names);
  }

  std::string print(const ScanNode& scan, const Place& place) {
    const auto table = catalog_.find(scan.table);
    Columns columns{table->schema(), {}};
    const std::string name = quoteName(table->name());
    for (const Field& field : table->schema()) {
      columns.references.push_back(fmt::format("{}.{}", name, quoteName(field.name)));
    }
    std::vector<std::string> references;
    for (const Field& field : place.output) {
      references.push_back(columns.references[resolveColumn(columns.schema, field.name, place.path)]);
    }
    std::vector<std::string> conditions;
    if (!scan.ranges.empty()) {
      std::vector<std::string> ranges;
      for (const auto& [begin, end] : scan.ranges) {
        ranges.push_back(fmt::format("({0}.rowid >= {1} AND {0}.rowid < {2})", name, begin, end));
      }
      conditions.push_back(fmt::format("({})", fmt::join(ranges, " OR ")));
    }
    if (scan.filter) {
      conditions.push_back(expressionSql(*scan.filter, columns, Type::boolean(), place.path + ".filter"));
    }
    std::string sql = selectList(references, place.names) + "\nFROM " + name;
    if (!conditions.empty()) sql += fmt::format("\nWHERE {}", fmt::join(conditions, " AND "));
    return sql;
  }

  std::string print(const SelectionNode& selection, const Place& place) {
    const SqlTable table = input(place);
    return fmt::format("{}\nFROM {}\nWHERE {}", selectAll(table, place), table.name,
                       expressionSql(selection.predicate, table.columns, Type::boolean(), place.path + ".predicate"));
  }

  /// Expressions that make the output columns from `start` on.
  static std::vector<std::string> values(const std::vector<NamedExpr>& expressions, const Columns& columns,
                                         const Schema& output, std::size_t start, const std::string& path) {
    std::vector<std::string> texts;
    for (std::size_t index = 0; index < expressions.size(); ++index) {
      texts.push_back(expressionSql(expressions[index].expression, columns, output[start + index].type,
                                    fmt::format("{}[{}]", path, index)));
    }
    return texts;
  }

  std::string print(const ProjectionNode& projection, const Place& place) {
    const SqlTable table = input(place);
    const auto texts = values(projection.expressions, table.columns, place.output, 0, place.path + ".expressions");
    return fmt::format("{}\nFROM {}", selectList(texts, place.names), table.name);
  }

  std::string print(const HashJoinNode& join, const Place& place) { return printJoin(join, join.keys, place); }
  std::string print(const NestedLoopJoinNode& join, const Place& place) { return printJoin(join, {}, place); }
  std::string print(const CrossJoinNode& join, const Place& place) {
    JoinContent content;
    content.output = join.output;
    return printJoin(content, {}, place);
  }
  std::string printJoin(const JoinContent& join, const std::vector<JoinKey>& keys, const Place& place) {
    const SqlTable left = input(place, 0, place.path + ".left");
    const SqlTable right = input(place, 1, place.path + ".right");
    return joinSql(join, keys, left, right, place.names, place.path);
  }

  std::string print(const HashAggregationNode& aggregation, const Place& place) {
    const SqlTable table = input(place, aggregation.groupingSets.size() > 1);
    return aggregationSql(aggregation, table, place.output, place.names, place.path);
  }
  std::string print(const SortAggregationNode& aggregation, const Place& place) {
    HashAggregationNode unsorted;
    static_cast<AggregationContent&>(unsorted) = aggregation;
    return aggregationSql(unsorted, input(place), place.output, place.names, place.path);
  }

  std::string print(const SortNode& sort, const Place& place) {
    const SqlTable table = input(place);
    return fmt::format("{}\nFROM {}\nORDER BY {}", selectAll(table, place), table.name,
                       orderSql(sort.keys, table.columns, place.path + ".keys"));
  }
  std::string print(const TopNNode& topN, const Place& place) {
    const SqlTable table = input(place);
    return fmt::format("{}\nFROM {}\nORDER BY {}{}", selectAll(table, place), table.name,
                       orderSql(topN.keys, table.columns, place.path + ".keys"), limitSql(topN.limit, topN.offset));
  }
  std::string print(const LimitNode& limit, const Place& place) {
    // A table's rows have no order in SQL, so the order and what it is for must stand in one SELECT.
    if (std::holds_alternative<SortNode>(place.node.children.at(0)->content)) {
      const std::string sorted = select(*place.node.children[0], place.path + ".input", place.names);
      return sorted + limitSql(limit.limit, limit.offset);
    }
    const SqlTable table = input(place);
    return fmt::format("{}\nFROM {}{}", selectAll(table, place), table.name, limitSql(limit.limit, limit.offset));
  }

  std::string print(const DistinctNode&, const Place& place) {
    const SqlTable table = input(place);
    return fmt::format("{}\nFROM {}", selectList(table.columns.references, place.names, "DISTINCT "), table.name);
  }

  std::string print(const SetOperationNode& operation, const Place& place) {
    using Kind = SetOperationNode::Kind;
    const std::string_view name = operation.kind == Kind::Union       ? "UNION"
                                  : operation.kind == Kind::Intersect ? "INTERSECT"
                                                                      : "EXCEPT";
    std::string sql;
    for (std::size_t child = 0; child < place.node.children.size(); ++child) {
      const SqlTable table = input(place, child, fmt::format("{}.inputs[{}]", place.path, child));
      std::vector<std::string> texts;
      for (std::size_t column = 0; column < place.output.size(); ++column) {
        texts.push_back(
            castSql(table.columns.references[column], table.columns.schema[column].type, place.output[column].type));
      }
      const std::string one = fmt::format("{}\nFROM {}", selectList(texts, place.names), table.name);
      // All operators of a chain have the same precedence only when they are the same, so what came before is put in
      // parentheses.
      sql = child == 0 ? one : fmt::format("({})\n{}{}\n({})", sql, name, operation.all ? " ALL" : "", one);
    }
    return sql;
  }

  std::string print(const ValuesNode& values, const Place& place) {
    std::vector<std::string> rows;
    for (std::size_t row = 0; row < values.rows.size(); ++row) {
      std::vector<std::string> cells;
      for (std::size_t column = 0; column < place.output.size(); ++column) {
        cells.push_back(expressionSql(values.rows[row].at(column), Columns(), place.output[column].type,
                                      fmt::format("{}.rows[{}][{}]", place.path, row, column)));
      }
      rows.push_back(fmt::format("({})", fmt::join(cells, ", ")));
    }
    if (rows.empty()) {
      return selectList(nullValues(place.output), place.names) + "\nWHERE false";
    }
    const std::vector<std::string> names = quoted(distinctNames(place.output));
    return fmt::format("{}\nFROM (VALUES {}) AS v({})", selectList(names, place.names), fmt::join(rows, ", "),
                       fmt::join(names, ", "));
  }

  std::string print(const ExpandNode& expand, const Place& place) {
    const SqlTable table = input(place, true);
    std::vector<std::string> selects;
    for (std::size_t index = 0; index < expand.projections.size(); ++index) {
      const auto texts = values(expand.projections[index], table.columns, place.output, 0,
                                fmt::format("{}.projections[{}]", place.path, index));
      selects.push_back(fmt::format("{}\nFROM {}", selectList(texts, place.names), table.name));
    }
    return fmt::format("{}", fmt::join(selects, "\nUNION ALL\n"));
  }

  std::string print(const WindowNode& window, const Place& place) {
    const SqlTable table = input(place);
    // DuckDB refuses what may fail as an expression of PARTITION BY, so its keys are columns of their own.
    std::vector<std::string> keys;
    std::vector<std::string> partition;
    for (std::size_t index = 0; index < window.partitionBy.size(); ++index) {
      const std::string key = fmt::format("\"partition key {}\"", index);
      keys.push_back(fmt::format(
          ", {} AS {}",
          expressionSql(window.partitionBy[index], table.columns, fmt::format("{}.partitionBy[{}]", place.path, index))
              .sql,
          key));
      partition.push_back(fmt::format("{}.{}", table.name, key));
    }
    std::vector<std::string> texts = table.columns.references;
    for (std::size_t index = 0; index < window.functions.size(); ++index) {
      const Type type = place.output[texts.size()].type;
      texts.push_back(windowSql(window, partition, window.functions[index], table.columns, type,
                                fmt::format("{}.functions[{}]", place.path, index)));
    }
    const std::string source =
        keys.empty() ? table.name
                     : fmt::format("(SELECT *{} FROM {}) AS {}", fmt::join(keys, ""), table.name, table.name);
    return fmt::format("{}\nFROM {}", selectList(texts, place.names), source);
  }

  const Catalog& catalog_;
  Paths paths_;
  /// Common table expressions, in the order in which they refer to each other.
  std::vector<std::string> definitions_;
  /// Names of tables and columns, in lower case.
  std::set<std::string> taken_;
  std::size_t lastName_ = 0;
};

}  // namespace

}  // namespace duckdb

std::string duckDbSql(const PhysicalPlan& plan, const Catalog& catalog) {
  const BoundPlan bound = bindPlan(plan, catalog);
  return duckdb::PlanPrinter(bound, catalog).printStatement(*plan.root);
}

}  // namespace basalt
