#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/duckdb/DuckDbSql.h"
#include "operators/duckdb/ExpressionSql.h"
#include "runtime/ExecutionError.h"
#include "runtime/storage/MemoryTable.h"

namespace basalt {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

/// Tables a (id, name) and b (key, price), without rows.
class TwoTables final : public Catalog {
 public:
  TwoTables() {
    const std::vector<std::vector<Value>> none;
    tables_ = {
        MemoryTable::fromRows("a", Schema({{"id", Type::integer()}, {"name", Type::varchar(), true}}), none),
        MemoryTable::fromRows(
            "b", Schema({{"key", Type::bigInt()}, {"price", Type::decimal(15, 2)}, {"ratio", Type::real()}}), none)};
  }
  std::shared_ptr<const Table> find(std::string_view name) const override {
    for (const auto& table : tables_) {
      if (table->name() == name) return table;
    }
    return nullptr;
  }
  std::vector<std::string> tableNames() const override { return {"a", "b"}; }

 private:
  std::vector<std::shared_ptr<const Table>> tables_;
};

std::string sqlOf(const PlanBuilder& plan) {
  static const TwoTables kTables;
  return duckDbSql(plan.build(), kTables);
}

/// What the statement ends with, after the table expressions for the scans of `a` and `b`.
std::string ofBoth(const std::string& rest) {
  return "WITH t1 AS (\nSELECT \"a\".\"id\", \"a\".\"name\"\nFROM \"a\"\n),\n"
         "t2 AS (\nSELECT \"b\".\"key\", \"b\".\"price\", \"b\".\"ratio\"\nFROM \"b\"\n)\n" +
         rest + "\n";
}
std::string ofA(const std::string& rest) {
  return "WITH t1 AS (\nSELECT \"a\".\"id\", \"a\".\"name\"\nFROM \"a\"\n)\n" + rest + "\n";
}

std::string joinOf(JoinType type) {
  HashJoinNode join;
  join.type = type;
  join.keys = {{col("id"), col("key")}};
  join.condition = sql("price > 1.5");
  return sqlOf(PlanBuilder::scan("a").join(PlanBuilder::scan("b"), join));
}

constexpr const char* kPairs = R"(SELECT t1."id", t1."name", t2."key", t2."price", t2."ratio")";
constexpr const char* kMatch =
    R"((CAST(t1."id" AS BIGINT) = t2."key" AND (t2."price" > CAST(CAST(1.5 AS DECIMAL(2,1)) AS DECIMAL(15,2)))))";

TEST(DuckDbSql, Scan) {
  EXPECT_EQ(sqlOf(PlanBuilder::scan("a", {"name"}, sql("id > 3"), {{2, 5}, {7, 9}})),
            "SELECT \"a\".\"name\"\nFROM \"a\"\nWHERE ((\"a\".rowid >= 2 AND \"a\".rowid < 5) OR (\"a\".rowid >= 7 AND "
            "\"a\".rowid < 9)) AND (\"a\".\"id\" > 3)\n");
}

TEST(DuckDbSql, SelectionAndProjection) {
  EXPECT_EQ(sqlOf(PlanBuilder::scan("a").filter(sql("name like 'x%'"))),
            ofA("SELECT t1.\"id\", t1.\"name\"\nFROM t1\nWHERE (t1.\"name\" LIKE 'x%')"));
  EXPECT_EQ(sqlOf(PlanBuilder::scan("a").project({{"n", sql("id + 1")}})),
            ofA("SELECT CAST((t1.\"id\" + 1) AS INTEGER) AS \"n\"\nFROM t1"));
}

TEST(DuckDbSql, PatternsAndTriedCasts) {
  const auto projected = [](const std::string& text) {
    return sqlOf(PlanBuilder::scan("a").project({{"v", sql(text)}}));
  };
  EXPECT_EQ(projected("name not ilike 'x#%' escape '#'"),
            ofA("SELECT (NOT (t1.\"name\" ILIKE 'x#%' ESCAPE '#')) AS \"v\"\nFROM t1"));
  EXPECT_EQ(projected("regexp_replace(name, 'a+', 'b', 'g')"),
            ofA("SELECT CAST(regexp_replace(t1.\"name\", 'a+', 'b', 'g') AS VARCHAR) AS \"v\"\nFROM t1"));
  EXPECT_EQ(projected("try_cast(name as date)"), ofA("SELECT TRY_CAST(t1.\"name\" AS DATE) AS \"v\"\nFROM t1"));
}

TEST(DuckDbSql, PairsOfJoins) {
  const std::vector<std::pair<JoinType, std::string>> types = {{JoinType::Inner, "JOIN"},
                                                               {JoinType::Left, "LEFT JOIN"},
                                                               {JoinType::Right, "RIGHT JOIN"},
                                                               {JoinType::Full, "FULL JOIN"}};
  for (const auto& [type, name] : types) {
    EXPECT_EQ(joinOf(type), ofBoth(std::string(kPairs) + "\nFROM t1 " + name + " t2 ON " + kMatch));
  }
}

TEST(DuckDbSql, ExistenceInJoins) {
  EXPECT_THAT(joinOf(JoinType::LeftSemi), HasSubstr("SELECT t1.\"id\", t1.\"name\"\nFROM t1 SEMI JOIN t2 ON "));
  EXPECT_THAT(joinOf(JoinType::LeftAnti), HasSubstr("SELECT t1.\"id\", t1.\"name\"\nFROM t1 ANTI JOIN t2 ON "));
  EXPECT_THAT(joinOf(JoinType::RightSemi), HasSubstr("\"ratio\"\nFROM t2 SEMI JOIN t1 ON "));
  EXPECT_THAT(joinOf(JoinType::RightAnti), HasSubstr("\"ratio\"\nFROM t2 ANTI JOIN t1 ON "));
}

TEST(DuckDbSql, MarkAndSingle) {
  const std::string match = kMatch;
  EXPECT_EQ(joinOf(JoinType::Mark),
            ofBoth("SELECT t1.\"id\", t1.\"name\", (SELECT CASE WHEN bool_or(compared.matches) THEN true WHEN "
                   "bool_or(compared.matches IS NULL) THEN NULL ELSE false END\nFROM (SELECT " +
                   match + " AS matches FROM t2) AS compared) AS \"mark\"\nFROM t1"));
  EXPECT_THAT(joinOf(JoinType::Single), HasSubstr("AS t1 LEFT JOIN t2 ON " + match + "\nQUALIFY CASE WHEN count(*) "));
}

TEST(DuckDbSql, NullSafeKeysAndOutput) {
  HashJoinNode join;
  join.keys = {{col("id"), col("key"), true}};
  join.output = {"price", "id"};
  EXPECT_THAT(sqlOf(PlanBuilder::scan("a").join(PlanBuilder::scan("b"), join)),
              EndsWith("SELECT t2.\"price\", t1.\"id\"\nFROM t1 JOIN t2 ON (CAST(t1.\"id\" AS BIGINT) IS NOT DISTINCT "
                       "FROM t2.\"key\")\n"));
}

TEST(DuckDbSql, JoinsWithoutKeys) {
  NestedLoopJoinNode loop;
  loop.condition = sql("id < key");
  EXPECT_THAT(sqlOf(PlanBuilder::scan("a").join(PlanBuilder::scan("b"), loop)),
              EndsWith("FROM t1 JOIN t2 ON ((CAST(t1.\"id\" AS BIGINT) < t2.\"key\"))\n"));
  EXPECT_EQ(sqlOf(PlanBuilder::scan("a").crossJoin(PlanBuilder::scan("b"))),
            ofBoth(std::string(kPairs) + "\nFROM t1 JOIN t2 ON true"));
}

TEST(DuckDbSql, ColumnsOfOneNameAreToldApart) {
  const std::string text = sqlOf(PlanBuilder::scan("a").crossJoin(PlanBuilder::scan("a")).limit(1));
  EXPECT_THAT(text, HasSubstr("SELECT t1.\"id\", t1.\"name\", t2.\"id\" AS \"id:2\", t2.\"name\" AS \"name:2\""));
  EXPECT_THAT(text, EndsWith("t3.\"id:2\" AS \"id\", t3.\"name:2\" AS \"name\"\nFROM t3\nLIMIT 1\n"));
}

TEST(DuckDbSql, Aggregation) {
  EXPECT_EQ(
      sqlOf(PlanBuilder::scan("a").aggregate({{"key", sql("id % 3")}}, {{"n", "count", {}}, {"s", "sum", col("id")}})),
      ofA("SELECT CAST((t1.\"id\" % 3) AS INTEGER) AS \"key\", CAST(count(*) AS BIGINT) AS \"n\", "
          "CAST(sum(t1.\"id\") AS DECIMAL(38,0)) AS \"s\"\nFROM t1\nGROUP BY 1"));
  EXPECT_THAT(sqlOf(PlanBuilder::scan("a").aggregate({}, {{"n", "count", {}}})), EndsWith("\nGROUP BY ()\n"));
}

TEST(DuckDbSql, OrderAndLimits) {
  const std::vector<SortKey> keys{{col("id"), true, {}}, {col("name"), false, true}};
  const std::string rows = "SELECT t1.\"id\", t1.\"name\"\nFROM t1\n";
  const std::string order = "ORDER BY (t1.\"id\") DESC NULLS FIRST, (t1.\"name\") ASC NULLS FIRST";
  EXPECT_EQ(sqlOf(PlanBuilder::scan("a").sort(keys)), ofA(rows + order));
  EXPECT_EQ(sqlOf(PlanBuilder::scan("a").sort(keys).limit(4)), ofA(rows + order + "\nLIMIT 4"));
  EXPECT_EQ(sqlOf(PlanBuilder::scan("a").topN(keys, 3, 2)), ofA(rows + order + "\nLIMIT 3 OFFSET 2"));
  EXPECT_EQ(sqlOf(PlanBuilder::scan("a").limit(UINT64_MAX, 2)), ofA(rows + "OFFSET 2"));
}

TEST(DuckDbSql, UnionAll) {
  const auto longs = PlanBuilder::scan("b", {"key"});
  EXPECT_THAT(sqlOf(PlanBuilder::scan("a", {"id"}).combine({longs}, {SetOperationNode::Kind::Union, true})),
              EndsWith("(SELECT CAST(t1.\"id\" AS BIGINT) AS \"id\"\nFROM t1)\nUNION ALL\n(SELECT t2.\"key\" AS "
                       "\"id\"\nFROM t2)\n"));
}

TEST(DuckDbSql, SetOperations) {
  using Kind = SetOperationNode::Kind;
  const auto combined = [](SetOperationNode operation) {
    return sqlOf(PlanBuilder::scan("a").combine({PlanBuilder::scan("a"), PlanBuilder::scan("a")}, operation));
  };
  const std::string rows = "SELECT t1.\"id\", t1.\"name\"\nFROM t1";
  EXPECT_THAT(combined({Kind::Except, true}), HasSubstr("((" + rows + ")\nEXCEPT ALL\n(SELECT t2."));
  EXPECT_THAT(combined({Kind::Intersect, false}), HasSubstr("((" + rows + ")\nINTERSECT\n(SELECT t2."));
  EXPECT_THAT(sqlOf(PlanBuilder::scan("a").distinct()), EndsWith("SELECT DISTINCT t1.\"id\", t1.\"name\"\nFROM t1\n"));
}

TEST(DuckDbSql, AggregatesOfSomeRows) {
  AggregateCall call{"n", "count", col("id")};
  call.distinct = true;
  call.filter = sql("name = 'x'");
  EXPECT_THAT(sqlOf(PlanBuilder::scan("a").aggregate({}, {call, {"m", "count_if", sql("id > 1")}})),
              EndsWith("SELECT CAST(count(DISTINCT t1.\"id\") FILTER (WHERE (t1.\"name\" = 'x')) AS BIGINT) AS \"n\", "
                       "CAST(count(CASE WHEN (t1.\"id\" > 1) THEN true END) AS BIGINT) AS \"m\"\nFROM t1\nGROUP BY "
                       "()\n"));
}

TEST(DuckDbSql, GroupingSets) {
  HashAggregationNode node;
  node.groupBy = {{"k", col("id")}, {"l", col("name")}};
  node.groupingSets = {{1}, {}};
  node.groupingSet = "set";
  EXPECT_THAT(
      sqlOf(PlanBuilder::scan("a").aggregate(node)),
      EndsWith("SELECT CAST(NULL AS INTEGER) AS \"k\", t1.\"name\" AS \"l\", CAST(0 AS INTEGER) AS \"set\"\nFROM "
               "t1\nGROUP BY 2\nUNION ALL\nSELECT CAST(NULL AS INTEGER) AS \"k\", CAST(NULL AS VARCHAR) AS "
               "\"l\", CAST(1 AS INTEGER) AS \"set\"\nFROM t1\nGROUP BY ()\n"));
}

TEST(DuckDbSql, ValuesAndExpand) {
  ValuesNode values;
  values.columns = {{"x", {}}, {"y", Type::bigInt()}};
  values.rows = {{sql("1"), sql("2")}, {sql("3"), sql("null")}};
  EXPECT_EQ(sqlOf(PlanBuilder::values(values)),
            "SELECT \"x\" AS \"x\", \"y\" AS \"y\"\nFROM (VALUES (1, CAST(2 AS BIGINT)), (3, CAST(NULL AS BIGINT))) AS "
            "v(\"x\", \"y\")\n");
  EXPECT_THAT(sqlOf(PlanBuilder::scan("a").expand({{{"x", col("id")}}, {{"x", sql("id + 1")}}})),
              EndsWith("SELECT t1.\"id\" AS \"x\"\nFROM t1\nUNION ALL\nSELECT CAST((t1.\"id\" + 1) AS INTEGER) AS "
                       "\"x\"\nFROM t1\n"));
}

TEST(DuckDbSql, Windows) {
  WindowNode window;
  window.partitionBy = {col("name")};
  window.orderBy = {{col("id"), false, {}}};
  WindowCall previous{"p", "lag"};
  previous.arguments = {col("id")};
  previous.ignoreNulls = true;
  WindowCall total{"s", "sum"};
  total.arguments = {col("id")};
  total.frame.unit = WindowFrame::Unit::Rows;
  total.frame.start = {FrameBound::Kind::Preceding, sql("2")};
  window.functions = {previous, total};
  const std::string order = "OVER (PARTITION BY t1.\"partition key 0\" ORDER BY (t1.\"id\") ASC NULLS LAST";
  EXPECT_THAT(
      sqlOf(PlanBuilder::scan("a").window(window)),
      EndsWith("CAST(lag(t1.\"id\" IGNORE NULLS) " + order + ") AS INTEGER) AS \"p\", CAST(sum(t1.\"id\") " + order +
               " ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS DECIMAL(38,0)) AS \"s\"\nFROM (SELECT *, "
               "t1.\"name\" AS \"partition key 0\" FROM t1) AS t1\n"));
}

TEST(DuckDbSql, ATableIsNotHiddenByATableExpression) {
  const std::string text = sqlOf(PlanBuilder::scan("a").project({{"t1", col("id")}}).limit(3));
  EXPECT_THAT(text, HasSubstr("WITH t2 AS (\n"));
}

// ---- expressions ----

duckdb::Columns columns() {
  const Schema schema({{"small", Type::smallInt()},
                       {"number", Type::integer(), true},
                       {"price", Type::decimal(15, 2)},
                       {"ratio", Type::real()},
                       {"day", Type::date()},
                       {"name", Type::varchar(), true},
                       {"bytes", Type::binary()}});
  return {schema, {"s", "n", "p", "r", "d", "v", "b"}};
}

std::string expression(std::string_view text) {
  return duckdb::expressionSql(parseExpression(text), columns(), "$").sql;
}

TEST(DuckDbExpression, OperandsHaveTheTypesThatTheBinderChose) {
  EXPECT_EQ(expression("small + number"), "CAST((CAST(s AS INTEGER) + n) AS INTEGER)");
  EXPECT_EQ(expression("number + ratio"), "CAST((CAST(n AS DOUBLE) + CAST(r AS DOUBLE)) AS DOUBLE)");
  EXPECT_EQ(expression("number < price"), "(CAST(n AS DECIMAL(15,2)) < p)");
  EXPECT_EQ(expression("small in (1, 2)"), "(s IN (CAST(1 AS SMALLINT), CAST(2 AS SMALLINT)))");
  EXPECT_EQ(expression("case when number > 1 then small else number end"),
            "CASE WHEN (n > 1) THEN CAST(s AS INTEGER) ELSE n END");
}

TEST(DuckDbExpression, WhereDuckDbMeansSomethingElse) {
  EXPECT_EQ(
      expression("number / 2"),
      "(CAST(n AS DOUBLE) / CASE WHEN CAST(2 AS DOUBLE) = 0 THEN error('division by zero') ELSE CAST(2 AS DOUBLE) "
      "END)");
  EXPECT_EQ(expression("name || 'x'"), "(v || 'x')");
  EXPECT_EQ(expression("day + interval '1' month"), "CAST((d + INTERVAL '1 months') AS DATE)");
  EXPECT_EQ(expression("interval '1' month + day"), "CAST((INTERVAL '1 months' + d) AS DATE)");
  EXPECT_EQ(expression("cast(bytes as varchar)"), "decode(b)");
  EXPECT_EQ(expression("cast(name as binary)"), "encode(v)");
  EXPECT_EQ(expression("cast(ratio as decimal(9,2))"), "CAST(round_even(CAST(r AS DOUBLE), 2) AS DECIMAL(9,2))");
  EXPECT_EQ(expression("nullif(number, 3)"), "CASE WHEN (n = 3) THEN NULL ELSE n END");
  EXPECT_THAT(expression("substring(name from -1 for 3)"), HasSubstr("greatest("));
}

TEST(DuckDbExpression, Literals) {
  EXPECT_EQ(expression("null"), "NULL");
  EXPECT_EQ(expression("cast(null as binary)"), "CAST(NULL AS BLOB)");
  EXPECT_EQ(expression("-5"), "CAST(-5 AS INTEGER)");
  EXPECT_EQ(expression("3000000000"), "CAST(3000000000 AS BIGINT)");
  EXPECT_EQ(expression("1.50"), "CAST(1.50 AS DECIMAL(3,2))");
  EXPECT_EQ(expression("1e300"), "CAST('1e+300' AS DOUBLE)");
  EXPECT_EQ(expression("'it''s'"), "'it''s'");
  EXPECT_EQ(expression("timestamp '2001-02-03 04:05:06'"), "TIMESTAMP '2001-02-03 04:05:06'");
  EXPECT_EQ(duckdb::literalSql(Value::string(Type::binary(), "a\xFF")), "CAST('\\x61\\xFF' AS BLOB)");
}

}  // namespace
}  // namespace basalt
