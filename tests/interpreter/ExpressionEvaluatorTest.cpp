#include <random>

#include <gtest/gtest.h>

#include "interpreter/RowError.h"
#include "interpreter/expression/ExpressionEvaluator.h"
#include "operators/expression/Binder.h"
#include "tests/interpreter/support/PipelineHarness.h"
#include "tests/interpreter/support/RandomTable.h"
#include "tests/interpreter/support/ScalarOracle.h"

namespace basalt::interpreter {
namespace {

using basalt::testing::evaluateRow;
using basalt::testing::OracleResult;
using basalt::testing::Row;
using basalt::testing::Rows;

/// A batch of boxed rows, and what an evaluator needs around it.
class EvaluatorTest : public ::testing::Test {
 protected:
  EvaluatorTest() : budget_(MemoryBudget::createRoot("test")), arena_(budget_), oracleArena_(budget_) {
    pipelineState_ = {nullptr, nullptr, nullptr};
    context_.pipeline = &pipeline_;
    context_.pipelineState = &pipelineState_;
    context_.state.arena = &arena_;
    context_.budget = budget_;
    context_.batchRows = 16;
  }

  void fill(const Rows& rows) {
    rows_ = rows;
    const Schema schema = basalt::testing::randomSchema();
    const auto count = static_cast<std::uint32_t>(rows.size());
    batch_.columns.clear();
    for (std::size_t c = 0; c < schema.size(); ++c) {
      const PhysicalType type = schema[c].type.physical();
      Vector column = Vector::allocate(type, count, budget_);
      for (std::uint32_t i = 0; i < count; ++i) {
        rows_[i][c].store(static_cast<std::byte*>(column.mutableData()) + i * byteSize(type));
        if (rows_[i][c].isNull()) column.mutableNulls()[i] = 1;
      }
      batch_.columns.push_back(std::move(column));
    }
    batch_.selectAll(count);
  }

  ExpressionPointer bind(const std::string& sqlText) {
    ExpressionPointer expression = bindExpression(sql(sqlText), basalt::testing::randomSchema(), "$");
    visitExpressions(*expression, [&](const Expression& part) {
      if (part.kind != Expression::Kind::Call) return;
      const auto site = static_cast<std::uint32_t>(pipeline_.sites.size());
      if (pipeline_.siteIndex.emplace(&part, site).second) pipeline_.sites.push_back({&part, nullptr});
    });
    return expression;
  }

  /// Some of the batch's rows.
  std::vector<std::uint32_t> pickRows(std::mt19937_64& random, unsigned percent) const {
    std::vector<std::uint32_t> positions;
    for (std::uint32_t i = 0; i < batch_.rowCount; ++i) {
      if (random() % 100 < percent) positions.push_back(i);
    }
    return positions;
  }

  static std::string textAt(const Vector& vector, Type type, std::uint32_t position) {
    const std::uint32_t entry = vector.isConstant() ? 0 : position;
    if (vector.nulls() != nullptr && vector.nulls()[entry] != 0) return "NULL";
    return Value::load(type, vector.values<std::byte>() + entry * byteSize(vector.type())).toString();
  }

  void checkValue(const ExpressionPointer& expression, RowSelection rows) {
    ExpressionEvaluator evaluator(context_, "Test", std::span(&expression, 1));
    evaluator.begin(batch_);
    RowSelection left = rows;
    const Vector& value = evaluator.value(0, left);
    for (std::uint32_t i = 0; i < rows.count; ++i) {
      const OracleResult expected = evaluateRow(*expression, rows_[rows.position(i)], false, oracleArena_);
      if (expected.error != ErrorCode::None) {
        ASSERT_EQ(left.count, i) << expression->text;
        expectFailure(evaluator, expected);
        return;
      }
      ASSERT_GT(left.count, i) << expression->text;
      ASSERT_EQ(textAt(value, expression->type, rows.position(i)), expected.value.toString())
          << expression->text << " in row " << i;
    }
    EXPECT_EQ(left.count, rows.count);
    EXPECT_NO_THROW(evaluator.throwPending());
  }

  void checkFilter(const ExpressionPointer& condition, RowSelection rows) {
    ExpressionEvaluator evaluator(context_, "Test", std::span(&condition, 1));
    evaluator.begin(batch_);
    const RowSelection passed = evaluator.filter(0, rows);
    std::uint32_t next = 0;
    for (std::uint32_t i = 0; i < rows.count; ++i) {
      const OracleResult expected = evaluateRow(*condition, rows_[rows.position(i)], true, oracleArena_);
      if (expected.error != ErrorCode::None) {
        EXPECT_EQ(passed.count, next) << condition->text;
        expectFailure(evaluator, expected);
        return;
      }
      if (expected.value.isNull() || !expected.value.asBool()) continue;
      ASSERT_LT(next, passed.count) << condition->text;
      ASSERT_EQ(passed.position(next++), rows.position(i)) << condition->text;
    }
    EXPECT_EQ(passed.count, next) << condition->text;
    EXPECT_NO_THROW(evaluator.throwPending());
  }

  void expectFailure(ExpressionEvaluator& evaluator, const OracleResult& expected) {
    try {
      evaluator.throwPending();
      ADD_FAILURE() << "expected an error in " << expected.failed->text;
    } catch (const RowError& error) {
      EXPECT_EQ(error.code(), expected.error);
      EXPECT_EQ(pipeline_.sites.at(error.site()).expression->text, expected.failed->text);
    }
  }

  std::shared_ptr<MemoryBudget> budget_;
  StringArena arena_;
  StringArena oracleArena_;
  Pipeline pipeline_;
  PipelineState pipelineState_{};
  WorkerContext context_;
  Rows rows_;
  Batch batch_;
};

const std::vector<std::string>& valueTexts() {
  static const std::vector<std::string> kTexts = {
      "i + n",
      "d * (1 - d)",
      "d * (1 - d) + d * (1 - d)",
      "b * b",
      "f * 2.0 + cast(i as double)",
      "w + cast(i as decimal(10,0))",
      "n + d",
      "n = 1 or n is null",
      "n > 0 and i > 0 and p",
      "p or n > 0 or d > 1",
      "not p",
      "s is null",
      "n + i is null",
      "s = 'a'",
      "t like 'text%5%'",
      "s || t",
      "upper(t)",
      "substring(t from 3 for 8)",
      "case when n > 0 then d when n < 0 then -d else 0 end",
      "case when n > 0 and p then s when i > 3 then t end",
      "case when n = 0 then 0 else i / n end",
      "case when n = 0 then null else case when n > 0 then i / n else i % n end end",
      "i / n",
      "case when i > 0 then 10 / (i - 5) else 10 / (i + 5) end",
      "i / (n - 1) + i / (n + 1)",
      "n <> 0 and i / n > 1",
      "extract(year from day) * 100 + extract(month from day)",
      "day + interval '1' month",
      "cast(f as integer)",
      "cast(s as integer)",
      "null + n",
      "try_cast(s as integer)",
      "try_cast(i / n as integer)",
      "coalesce(try_cast(i * 50 as tinyint), -1)",
      "try_cast(n * 100 as decimal(4,2)) + d",
      "case when n > 0 then try_cast(f as integer) else try_cast(i as boolean)::integer end",
      "case when i > 5 then 1 % 0 when n > 0 then i end",
      "regexp_replace(t, '[0-9]+', s)",
      "regexp_extract(t, s)",
      "n in (1, 2, 3, 4, 5, 6, 7, 8, 9, null)",
      "1",
      "i",
      "cast(null as integer)",
  };
  return kTexts;
}

const std::vector<std::string>& conditionTexts() {
  static const std::vector<std::string> kTexts = {
      "p",
      "i > 0",
      "i > 0 and n > 0",
      "n > 0 or d < 0",
      "n > 0 or (d < 0 and s = 'b') or f > 1",
      "(i > 0 or n > 0) and (d > 1 or s = 'a') and t like '%1%'",
      "n <> 0 and i / n > 1",
      "n = 0 or i / n > 1",
      "i / n > 1 and i > 0",
      "n > 0 and 10 / (i - 5) > 0",
      "n in (1, 2, 3)",
      "i not in (-9, -7, -5, -3, -1, 1, 3, 5, 7, 9, 11)",
      "s in ('a', 'c', 'e', 'g', 'i', 'k', 'm', 'o', 'q') or i in (1, 2, 3, 4, 5, 6, 7, 8, 9)",
      "t like '%1_x%' or s ilike 'A' or t like s || '%' escape '#'",
      "regexp_matches(t, '1+x?$') and n > 0",
      "try_cast(s || cast(i as varchar) as integer) is null",
      "try_cast(n * 50 as tinyint) > 0 or p",
      "d between 0 and 2 and day >= date '1997-05-01'",
      "case when n > 0 then p else s = 'a' end",
      "not (n > 0 and p)",
      "true",
      "f = f and f > 0",
      "w > 0 and w * 2 > 10",
      "(p and n > 0) is null",
  };
  return kTexts;
}

TEST_F(EvaluatorTest, AgreesWithEvaluationRowByRow) {
  std::mt19937_64 random(basalt::testing::printedSeed());
  for (const std::size_t size : {1, 7, 8, 100, 333}) {
    fill(basalt::testing::randomRows(random, size));
    for (const unsigned percent : {0, 5, 50, 90, 100}) {
      const std::vector<std::uint32_t> positions = pickRows(random, percent);
      const RowSelection some{positions.data(), static_cast<std::uint32_t>(positions.size())};
      const RowSelection all{nullptr, batch_.rowCount};
      for (const std::string& text : valueTexts()) {
        ExpressionPointer expression;
        try {
          expression = bind(text);
        } catch (const ExecutionError& error) {
          FAIL() << text << ": " << error.what();
        }
        checkValue(expression, percent == 100 ? all : some);
        if (HasFatalFailure()) return;
      }
      for (const std::string& text : conditionTexts()) {
        checkFilter(bind(text), percent == 100 ? all : some);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_F(EvaluatorTest, EqualPartsAreComputedOnce) {
  std::mt19937_64 random(1);
  fill(basalt::testing::randomRows(random, 50));
  const std::vector<ExpressionPointer> roots = {bind("b * (1 - b)"), bind("b * (1 - b)"), bind("b * (1 - b) + 1"),
                                                bind("b")};
  ExpressionEvaluator evaluator(context_, "Test", roots);
  ExpressionProgram program(context_, roots);
  // Columns b, literals 1 and 1, subtraction, multiplication, addition.
  EXPECT_LE(program.nodeCount(), 7U);
  EXPECT_EQ(&program.root(0), &program.root(1));
  EXPECT_EQ(program.root(2).arguments[0], &program.root(0));
  evaluator.begin(batch_);
  RowSelection rows{nullptr, 50};
  EXPECT_EQ(evaluator.value(0, rows).data(), evaluator.value(1, rows).data());
  EXPECT_EQ(evaluator.value(3, rows).data(), batch_.columns[1].data()) << "a column is shared";
}

TEST_F(EvaluatorTest, TheFirstFailingRowOfAllExpressionsIsFound) {
  std::mt19937_64 random(1);
  Rows rows = basalt::testing::randomRows(random, 40);
  for (Row& row : rows) {
    row[0] = Value::integer(Type::integer(), 9);
    row[2] = Value::integer(Type::integer(), 9);
  }
  rows[30][0] = Value::integer(Type::integer(), 0);
  rows[20][2] = Value::integer(Type::integer(), 0);
  fill(rows);
  const std::vector<ExpressionPointer> roots = {bind("1 / i"), bind("1 / n")};
  ExpressionEvaluator evaluator(context_, "Test", roots);
  evaluator.begin(batch_);
  RowSelection left{nullptr, 40};
  evaluator.value(0, left);
  EXPECT_EQ(left.count, 30U);
  evaluator.value(1, left);
  EXPECT_EQ(left.count, 20U);
  try {
    evaluator.throwPending();
    FAIL();
  } catch (const RowError& error) {
    EXPECT_EQ(error.code(), ErrorCode::DivisionByZero);
    EXPECT_EQ(pipeline_.sites[error.site()].expression->text, roots[1]->text);
    EXPECT_EQ(error.place(), "Test");
  }
  EXPECT_FALSE(evaluator.hasPending());
}

TEST_F(EvaluatorTest, DeeplyNestedExpressionsWork) {
  std::mt19937_64 random(1);
  fill(basalt::testing::randomRows(random, 20));
  std::string text = "f";
  for (int i = 0; i < 400; ++i) text = "(" + text + " + 1.0e0)";
  checkValue(bind(text), RowSelection{nullptr, 20});
}

}  // namespace
}  // namespace basalt::interpreter
