#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/duckdb/SelectSql.h"
#include "operators/expression/Binder.h"
#include "operators/expression/TypeConversion.h"
#include "operators/spec/ColumnBinding.h"

namespace basalt::duckdb {

namespace {

std::string keySql(const JoinKey& key, const SqlTable& left, const SqlTable& right, const std::string& path) {
  std::vector<ExpressionPointer> sides{bindExpression(key.left, left.columns.schema, path + ".left"),
                                       bindExpression(key.right, right.columns.schema, path + ".right")};
  const Type type = unifyTypes(sides, path + ".right");
  return fmt::format("{} {} {}", expressionSql(key.left, left.columns, type, path + ".left"),
                     key.nullSafe ? "IS NOT DISTINCT FROM" : "=",
                     expressionSql(key.right, right.columns, type, path + ".right"));
}

/// Prints one join; what all types share is computed first.
class JoinPrinter {
 public:
  JoinPrinter(const JoinContent& join, const std::vector<JoinKey>& keys, const SqlTable& left, const SqlTable& right,
              const std::vector<std::string>& names, const std::string& path)
      : join_(join), left_(left), right_(right), names_(names), path_(path) {
    std::vector<std::string> conditions;
    for (std::size_t index = 0; index < keys.size(); ++index) {
      conditions.push_back(keySql(keys[index], left, right, fmt::format("{}.keys[{}]", path, index)));
    }
    if (join.condition) {
      Columns pair = left.columns;
      pair.append(right.columns);
      conditions.push_back(expressionSql(*join.condition, pair, Type::boolean(), path + ".condition"));
    }
    condition_ = conditions.empty() ? "true" : fmt::format("({})", fmt::join(conditions, " AND "));
  }

  std::string print() const {
    switch (join_.type) {
      case JoinType::Inner:
        return fmt::format("{}\nFROM {} JOIN {} ON {}", selectPairs(), left_.name, right_.name, condition_);
      case JoinType::Left:
        return fmt::format("{}\nFROM {} LEFT JOIN {} ON {}", selectPairs(), left_.name, right_.name, condition_);
      case JoinType::Right:
        return fmt::format("{}\nFROM {} RIGHT JOIN {} ON {}", selectPairs(), left_.name, right_.name, condition_);
      case JoinType::Full:
        return fmt::format("{}\nFROM {} FULL JOIN {} ON {}", selectPairs(), left_.name, right_.name, condition_);
      case JoinType::LeftSemi:
        return printExistence(left_, "SEMI", right_);
      case JoinType::RightSemi:
        return printExistence(right_, "SEMI", left_);
      case JoinType::LeftAnti:
        return printExistence(left_, "ANTI", right_);
      case JoinType::RightAnti:
        return printExistence(right_, "ANTI", left_);
      case JoinType::Mark:
        return printMark();
      case JoinType::Single:
        break;
    }
    return printSingle();
  }

 private:
  /// The columns that the plan asks for, of those that the join's type has.
  std::string select(const Columns& available) const {
    if (join_.output.empty()) return selectList(available.references, names_);
    std::vector<std::string> chosen;
    for (const std::string& name : join_.output) {
      chosen.push_back(available.references[resolveColumn(available.schema, name, path_ + ".output")]);
    }
    return selectList(chosen, names_);
  }

  std::string selectPairs() const {
    Columns pair = left_.columns;
    pair.append(right_.columns);
    return select(pair);
  }

  std::string printExistence(const SqlTable& kept, std::string_view type, const SqlTable& other) const {
    return fmt::format("{}\nFROM {} {} JOIN {} ON {}", select(kept.columns), kept.name, type, other.name, condition_);
  }

  /// TRUE with a match, else NULL when some comparison was NULL, else FALSE, also without rows to compare with.
  std::string printMark() const {
    Columns marked = left_.columns;
    marked.schema.append({join_.mark, Type::boolean(), true});
    // Compared below the aggregates, which would belong to the outer query if no right column stood in them.
    marked.references.push_back(
        fmt::format("(SELECT CASE WHEN bool_or(compared.matches) THEN true WHEN bool_or(compared.matches IS NULL) THEN "
                    "NULL ELSE false END\nFROM (SELECT {} AS matches FROM {}) AS compared)",
                    condition_, right_.name));
    return fmt::format("{}\nFROM {}", select(marked), left_.name);
  }

  /// A left join that counts the matches of every left row, which are numbered for that.
  std::string printSingle() const {
    std::vector<std::string> columns;
    for (const std::string& reference : left_.columns.references) columns.push_back(reference);
    return fmt::format(
        "{}\nFROM (SELECT *, row_number() OVER () AS \"row number\" FROM {}) AS {} LEFT JOIN {} ON {}\n"
        "QUALIFY CASE WHEN count(*) OVER (PARTITION BY {}.\"row number\") > 1 "
        "THEN error('more than one match of a single join') ELSE true END",
        selectPairs(), left_.name, left_.name, right_.name, condition_, left_.name);
  }

  const JoinContent& join_;
  const SqlTable& left_;
  const SqlTable& right_;
  const std::vector<std::string>& names_;
  const std::string& path_;
  std::string condition_;
};

}  // namespace

std::string joinSql(const JoinContent& join, const std::vector<JoinKey>& keys, const SqlTable& left,
                    const SqlTable& right, const std::vector<std::string>& names, const std::string& path) {
  return JoinPrinter(join, keys, left, right, names, path).print();
}

}  // namespace basalt::duckdb
