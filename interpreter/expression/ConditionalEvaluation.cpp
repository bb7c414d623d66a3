#include <cstring>

#include "interpreter/expression/ExpressionEvaluator.h"
#include "runtime/kernels/Logic.h"

/// The kinds of expressions that evaluate parts of themselves for some of the rows only.
namespace basalt::interpreter {

namespace {

constexpr std::uint8_t kTrue = 1;
constexpr std::uint8_t kFalse = 0;

/// A Boolean vector's rows; the byte under a NULL may be anything.
class BooleanReader {
 public:
  explicit BooleanReader(const Vector& vector)
      : values_(vector.values<std::uint8_t>()), nulls_(vector.nulls()), stride_(vector.isConstant() ? 0 : 1) {}
  bool isNull(std::uint32_t position) const noexcept { return nulls_ != nullptr && nulls_[position * stride_] != 0; }
  bool value(std::uint32_t position) const noexcept { return values_[position * stride_] != 0; }

 private:
  const std::uint8_t* values_;
  const std::uint8_t* nulls_;
  std::uint32_t stride_;
};

}  // namespace

bool ExpressionEvaluator::evaluateIsNull(ExpressionNode& node, const RowSelection& rows) {
  ExpressionNode& argument = *node.arguments.front();
  if (!evaluate(argument, rows)) return false;
  const Vector& value = argument.value;
  if (value.nulls() == nullptr) {
    node.value = Vector::constant(PhysicalType::Bool, &kFalse, false);
  } else if (value.isConstant()) {
    node.value = Vector::constant(PhysicalType::Bool, &kTrue, false);
  } else {
    node.value = Vector::refer(PhysicalType::Bool, value.nulls(), nullptr);
  }
  return true;
}

bool ExpressionEvaluator::evaluateLogic(ExpressionNode& node, const RowSelection& rows) {
  const bool isAnd = node.expression->kind == Expression::Kind::And;
  ensureStorage(node);
  auto* const values = static_cast<std::uint8_t*>(node.storage.mutableData());
  std::uint8_t* const nulls = node.storage.mutableNulls();
  const std::size_t depth = selections_.depth();
  std::uint32_t* const buffer = selections_.push();
  // What an AND of nothing and an OR of nothing are.
  forEachRow(rows, [&](std::uint32_t, std::uint32_t position) {
    values[position] = isAnd ? 1 : 0;
    nulls[position] = 0;
  });
  RowSelection undecided = rows;
  std::size_t mark = computed_.size();
  for (std::size_t i = 0; i < node.arguments.size() && undecided.count != 0; ++i) {
    if (!evaluate(*node.arguments[i], undecided)) return false;
    // What the first argument computed holds for all rows.
    if (i == 0) mark = computed_.size();
    const BooleanReader argument(node.arguments[i]->value);
    std::uint32_t count = 0;
    forEachRow(undecided, [&](std::uint32_t, std::uint32_t position) {
      const bool left = values[position] != 0;
      const bool leftNull = nulls[position] != 0;
      const bool right = argument.value(position);
      const bool rightNull = argument.isNull(position);
      const bool value = isAnd ? kernels::andValue(left, leftNull, right, rightNull)
                               : kernels::orValue(left, leftNull, right, rightNull);
      const bool isNull = isAnd ? kernels::andIsNull(left, leftNull, right, rightNull)
                                : kernels::orIsNull(left, leftNull, right, rightNull);
      values[position] = value ? 1 : 0;
      nulls[position] = isNull ? 1 : 0;
      buffer[count] = position;
      count += isNull || value == isAnd ? 1 : 0;
    });
    undecided = {buffer, count};
  }
  forget(mark);
  selections_.popTo(depth);
  node.value = Vector::refer(PhysicalType::Bool, values, node.expression->nullable ? nulls : nullptr);
  return true;
}

bool ExpressionEvaluator::evaluateCase(ExpressionNode& node, const RowSelection& rows) {
  ensureStorage(node);
  void* const values = node.storage.mutableData();
  std::uint8_t* const nulls = node.expression->nullable ? node.storage.mutableNulls() : nullptr;
  const std::size_t depth = selections_.depth();
  std::uint32_t* const remainingBuffer = selections_.push();
  std::uint32_t* const takenBuffer = selections_.push();
  const auto takeBranch = [&](ExpressionNode& branch, const RowSelection& taken) {
    if (taken.count == 0) return true;
    const std::size_t mark = computed_.size();
    if (!evaluate(branch, taken)) return false;
    copyValues(branch.value, taken, values);
    if (nulls != nullptr) copyNulls(branch.value, taken, nulls);
    forget(mark);
    return true;
  };

  RowSelection remaining = rows;
  std::size_t mark = computed_.size();
  for (std::size_t i = 0; i + 1 < node.arguments.size() && remaining.count != 0; i += 2) {
    RowSelection taken;
    if (!filterNode(*node.arguments[i], remaining, takenBuffer, taken)) return false;
    // What the first condition computed holds for all rows.
    if (i == 0) mark = computed_.size();
    if (!takeBranch(*node.arguments[i + 1], taken)) return false;
    remaining = selectRemaining(remaining, taken, remainingBuffer);
  }
  if (!takeBranch(*node.arguments.back(), remaining)) return false;
  forget(mark);
  selections_.popTo(depth);
  node.value = Vector::refer(node.type(), values, nulls);
  return true;
}

bool ExpressionEvaluator::filterNode(ExpressionNode& node, const RowSelection& rows, std::uint32_t* target,
                                     RowSelection& result) {
  if (!node.isValid && node.expression->kind == Expression::Kind::And) return filterAll(node, rows, target, result);
  if (!node.isValid && node.expression->kind == Expression::Kind::Or) return filterAny(node, rows, target, result);
  if (!evaluate(node, rows)) return false;
  result = selectTrue(node.value, rows, target);
  return true;
}

bool ExpressionEvaluator::filterAll(ExpressionNode& node, const RowSelection& rows, std::uint32_t* target,
                                    RowSelection& result) {
  result = rows;
  std::size_t mark = computed_.size();
  for (std::size_t i = 0; i < node.arguments.size() && result.count != 0; ++i) {
    const RowSelection before = result;
    if (!filterNode(*node.arguments[i], before, target, result)) return false;
    if (i == 0) mark = computed_.size();
  }
  forget(mark);
  return true;
}

bool ExpressionEvaluator::filterAny(ExpressionNode& node, const RowSelection& rows, std::uint32_t* target,
                                    RowSelection& result) {
  const std::size_t depth = selections_.depth();
  std::uint32_t* const remainingBuffer = selections_.push();
  std::uint32_t* const takenBuffer = selections_.push();
  auto* const accepted = reinterpret_cast<std::uint8_t*>(selections_.push());  // NOLINT
  std::memset(accepted, 0, rows.extent());
  RowSelection remaining = rows;
  std::size_t mark = computed_.size();
  for (std::size_t i = 0; i < node.arguments.size() && remaining.count != 0; ++i) {
    RowSelection taken;
    if (!filterNode(*node.arguments[i], remaining, takenBuffer, taken)) return false;
    if (i == 0) mark = computed_.size();
    forEachRow(taken, [&](std::uint32_t, std::uint32_t position) { accepted[position] = 1; });
    remaining = selectRemaining(remaining, taken, remainingBuffer);
  }
  forget(mark);
  result = selectTrue(Vector::refer(PhysicalType::Bool, accepted, nullptr), rows, target);
  selections_.popTo(depth);
  return true;
}

}  // namespace basalt::interpreter
