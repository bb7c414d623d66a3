#include <cstdint>
#include <optional>

#include "operators/spec/PlanBinder.h"
#include "tests/engine/support/QueryTest.h"

namespace basalt::testing {
namespace {

/// What build rows carry in front of their columns: no more than somebody asks for.
class JoinRowHeaderTest : public ::testing::Test {
 protected:
  JoinRowHeaderTest() {
    Rows rows;
    for (std::int64_t row = 0; row < 1000; ++row) {
      rows.push_back({integerValue(row), bigIntValue(row << 40), textValue(std::to_string(row)),
                      row == 0 ? Value::null(Type::integer()) : integerValue(row)});
    }
    const auto fields = [](const std::string& prefix) {
      return std::vector<Field>{{prefix + "near", Type::integer(), false},
                                {prefix + "far", Type::bigInt(), false},
                                {prefix + "text", Type::varchar(), false},
                                {prefix + "null", Type::integer(), true}};
    };
    catalog_.add("l", fields("l"), rows);
    catalog_.add("r", fields("r"), rows);
  }

  JoinRowHeader headerOf(JoinType type, const std::vector<std::string>& keys, std::optional<Expr> condition = {},
                         JoinSide build = JoinSide::Right) const {
    HashJoinNode join;
    join.type = type;
    join.build = build;
    for (const std::string& key : keys) join.keys.push_back({col("l" + key), col("r" + key)});
    join.condition = std::move(condition);
    const BoundPlan bound = bindPlan(PlanBuilder::scan("l").join(PlanBuilder::scan("r"), join).build(), catalog_);
    const auto& spec = dynamic_cast<const JoinSpec&>(*bound.root);
    EXPECT_EQ(spec.layout.headerBytes(), byteSize(spec.rowHeader()));
    return spec.rowHeader();
  }

  TestCatalog catalog_;
};

TEST_F(JoinRowHeaderTest, KeysThatLieCloseTogetherNeedNoHash) {
  EXPECT_EQ(headerOf(JoinType::Inner, {"near"}), JoinRowHeader::Linked);
  EXPECT_EQ(headerOf(JoinType::Left, {"near"}), JoinRowHeader::Linked);
  EXPECT_EQ(headerOf(JoinType::Inner, {"null"}), JoinRowHeader::Linked);
  EXPECT_EQ(headerOf(JoinType::Inner, {"far"}), JoinRowHeader::Hashed);
  EXPECT_EQ(headerOf(JoinType::Inner, {"text"}), JoinRowHeader::Hashed);
  // The first key may repeat so often that it does not tell rows apart.
  EXPECT_EQ(headerOf(JoinType::Inner, {"near", "far"}), JoinRowHeader::Hashed);
}

TEST_F(JoinRowHeaderTest, RowsThatNobodyAsksForNeedNone) {
  EXPECT_EQ(headerOf(JoinType::LeftSemi, {"near"}), JoinRowHeader::None);
  EXPECT_EQ(headerOf(JoinType::LeftAnti, {"near"}), JoinRowHeader::None);
  EXPECT_EQ(headerOf(JoinType::LeftSemi, {"near"}, sql("lfar < rfar")), JoinRowHeader::Linked);
  EXPECT_EQ(headerOf(JoinType::LeftSemi, {"far"}), JoinRowHeader::Hashed);
  // Their keys are marked, and they are put out in the end.
  EXPECT_EQ(headerOf(JoinType::LeftSemi, {"near"}, {}, JoinSide::Left), JoinRowHeader::None);
}

TEST_F(JoinRowHeaderTest, RowsThatAreMarkedOrMatchNothingSaySo) {
  EXPECT_EQ(headerOf(JoinType::Full, {"near"}), JoinRowHeader::Tracked);
  EXPECT_EQ(headerOf(JoinType::Left, {"near"}, {}, JoinSide::Left), JoinRowHeader::Tracked);
  EXPECT_EQ(headerOf(JoinType::LeftSemi, {"far"}, {}, JoinSide::Left), JoinRowHeader::Tracked);
  // A key that is NULL has no match, which an anti-join puts out.
  EXPECT_EQ(headerOf(JoinType::LeftAnti, {"null"}, {}, JoinSide::Left), JoinRowHeader::Tracked);
}

}  // namespace
}  // namespace basalt::testing
