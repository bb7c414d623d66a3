#include "tests/interpreter/support/ScalarOracle.h"

#include <array>

#include "operators/KernelCatalog.h"
#include "operators/expression/KernelLoop.h"

namespace basalt::testing {

namespace {

using Bytes = std::array<std::byte, 16>;

OracleResult callKernel(const Expression& call, const std::vector<Value>& arguments, StringArena& arena) {
  std::vector<Bytes> bytes(arguments.size());
  std::vector<Vector> vectors;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].isNull()) return {Value::null(call.type)};
    arguments[i].store(bytes[i].data());
    vectors.push_back(Vector::refer(arguments[i].type().physical(), bytes[i].data(), nullptr));
  }
  alignas(16) Bytes output{};
  ErrorCode error = ErrorCode::None;
  kernelLoop (*call.kernel)({.arguments = vectors,
                             .output = output.data(),
                             .nulls = nullptr,
                             .selection = nullptr,
                             .rowCount = 1,
                             .error = &error,
                             .errorRow = nullptr,
                             .arena = &arena});
  if (error != ErrorCode::None && call.nullOnError) return {Value::null(call.type)};
  if (error != ErrorCode::None) return {Value(), error, &call};
  return {Value::load(call.type, output.data())};
}

OracleResult evaluateLogic(const Expression& logic, const Row& row, bool asCondition, StringArena& arena) {
  const bool isAnd = logic.kind == Expression::Kind::And;
  bool sawNull = false;
  for (const ExpressionPointer& argument : logic.arguments) {
    OracleResult result = evaluateRow(*argument, row, asCondition, arena);
    if (result.error != ErrorCode::None) return result;
    if (result.value.isNull()) {
      if (isAnd && asCondition) return {Value::boolean(false)};
      sawNull = true;
    } else if (result.value.asBool() != isAnd) {
      return {Value::boolean(!isAnd)};
    }
  }
  return {sawNull ? Value::null(Type::boolean()) : Value::boolean(isAnd)};
}

OracleResult evaluateCase(const Expression& choice, const Row& row, StringArena& arena) {
  std::size_t i = 0;
  for (; i + 1 < choice.arguments.size(); i += 2) {
    OracleResult condition = evaluateRow(*choice.arguments[i], row, true, arena);
    if (condition.error != ErrorCode::None) return condition;
    if (!condition.value.isNull() && condition.value.asBool())
      return evaluateRow(*choice.arguments[i + 1], row, false, arena);
  }
  return evaluateRow(*choice.arguments[i], row, false, arena);
}

}  // namespace

OracleResult evaluateRow(const Expression& expression, const Row& row, bool asCondition, StringArena& arena) {
  switch (expression.kind) {
    case Expression::Kind::Column:
      return {row[expression.column]};
    case Expression::Kind::Literal:
      return {expression.literal};
    case Expression::Kind::Prepared:
      return {Value::integer(Type::bigInt(),
                             static_cast<Int128>(reinterpret_cast<std::uintptr_t>(expression.prepared.get())))};
    case Expression::Kind::And:
    case Expression::Kind::Or:
      return evaluateLogic(expression, row, asCondition, arena);
    case Expression::Kind::Case:
      return evaluateCase(expression, row, arena);
    case Expression::Kind::IsNull: {
      OracleResult argument = evaluateRow(*expression.arguments[0], row, false, arena);
      if (argument.error != ErrorCode::None) return argument;
      return {Value::boolean(argument.value.isNull())};
    }
    case Expression::Kind::Call:
      break;
  }
  std::vector<Value> arguments;
  for (const ExpressionPointer& argument : expression.arguments) {
    OracleResult result = evaluateRow(*argument, row, false, arena);
    if (result.error != ErrorCode::None) return result;
    arguments.push_back(std::move(result.value));
  }
  return callKernel(expression, arguments, arena);
}

}  // namespace basalt::testing
