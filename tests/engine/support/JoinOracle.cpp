#include "tests/engine/support/JoinOracle.h"

namespace basalt::testing {

Truth both(Truth left, Truth right) {
  if (left == Truth(false) || right == Truth(false)) return false;
  if (!left || !right) return {};
  return true;
}

Truth equalValues(const Value& left, const Value& right) {
  if (left.isNull() || right.isNull()) return {};
  return left.toString() == right.toString();
}

Truth notDistinct(const Value& left, const Value& right) {
  if (left.isNull() || right.isNull()) return left.isNull() && right.isNull();
  return left.toString() == right.toString();
}

Truth lessValues(const Value& left, const Value& right) {
  if (left.isNull() || right.isNull()) return {};
  return left.asInt128() < right.asInt128();
}

Rows joinRows(JoinType type, const Rows& left, std::size_t leftWidth, const Rows& right, std::size_t rightWidth,
              const PairCondition& condition) {
  const auto nulls = [](std::size_t width) { return Row(width, Value::null(Type::integer())); };
  const auto glue = [](const Row& first, const Row& second) {
    Row joined = first;
    joined.insert(joined.end(), second.begin(), second.end());
    return joined;
  };
  const bool putsOutPairs = type == JoinType::Inner || type == JoinType::Left || type == JoinType::Right ||
                            type == JoinType::Full || type == JoinType::Single;
  Rows result;
  std::vector<bool> rightMatched(right.size());
  for (const Row& l : left) {
    bool isMatched = false;
    bool isUnknown = false;
    for (std::size_t index = 0; index < right.size(); ++index) {
      const Truth matches = condition(l, right[index]);
      if (!matches) isUnknown = true;
      if (matches != Truth(true)) continue;
      isMatched = true;
      rightMatched[index] = true;
      if (putsOutPairs) result.push_back(glue(l, right[index]));
    }
    const bool extends = type == JoinType::Left || type == JoinType::Full || type == JoinType::Single;
    if (extends && !isMatched) result.push_back(glue(l, nulls(rightWidth)));
    if (type == JoinType::LeftSemi && isMatched) result.push_back(l);
    if (type == JoinType::LeftAnti && !isMatched) result.push_back(l);
    if (type == JoinType::Mark) {
      result.push_back(glue(l, {isMatched || !isUnknown ? booleanValue(isMatched) : Value::null(Type::boolean())}));
    }
  }
  for (std::size_t index = 0; index < right.size(); ++index) {
    const bool isMatched = rightMatched[index];
    if ((type == JoinType::Right || type == JoinType::Full) && !isMatched) {
      result.push_back(glue(nulls(leftWidth), right[index]));
    }
    if (type == JoinType::RightSemi && isMatched) result.push_back(right[index]);
    if (type == JoinType::RightAnti && !isMatched) result.push_back(right[index]);
  }
  return result;
}

std::vector<JoinType> allJoinTypes() {
  return {JoinType::Inner,     JoinType::Left,     JoinType::Right,     JoinType::Full, JoinType::LeftSemi,
          JoinType::RightSemi, JoinType::LeftAnti, JoinType::RightAnti, JoinType::Mark, JoinType::Single};
}

std::vector<JoinSide> buildSides(JoinType type) {
  if (type == JoinType::Mark || type == JoinType::Single) return {JoinSide::Right};
  return {JoinSide::Left, JoinSide::Right};
}

}  // namespace basalt::testing
