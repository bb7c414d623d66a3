#include "operators/expression/ExpressionFactory.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "operators/expression/DictionaryCodes.h"
#include "operators/expression/KernelLoop.h"
#include "operators/expression/TypeMapping.h"
#include "operators/plan/Expr.h"
#include "runtime/ExecutionError.h"
#include "runtime/memory/MemoryBudget.h"

namespace basalt {

namespace {

struct alignas(16) ValueSlot {
  std::array<std::byte, 16> bytes;
};

/// Runs a kernel on one row of literals, none of them NULL. Nothing when it fails.
std::optional<Value> computeCall(const KernelInfo& kernel, Type type, const std::vector<ExpressionPointer>& arguments) {
  // More than any sensible constant takes, and little enough to refuse before the process suffers.
  constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;
  std::vector<ValueSlot> slots(arguments.size());
  std::vector<Vector> vectors;
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    arguments[index]->literal.store(&slots[index]);
    vectors.push_back(Vector::constant(arguments[index]->type.physical(), &slots[index], false));
  }
  StringArena arena(MemoryBudget::createRoot("constant expressions", kMostBytes));
  ErrorCode error = ErrorCode::None;
  ValueSlot result{};
  KernelLoopCall call;
  call.arguments = vectors;
  call.output = &result;
  call.rowCount = 1;
  call.error = &error;
  call.arena = &arena;
  kernelLoop(kernel)(call);
  return error == ErrorCode::None ? std::optional(Value::load(type, &result)) : std::nullopt;
}

std::shared_ptr<Expression> makeNode(Expression::Kind kind, Type type, bool nullable,
                                     std::vector<ExpressionPointer> arguments, std::string text) {
  auto node = std::make_shared<Expression>();
  node->kind = kind;
  node->type = type;
  node->nullable = nullable;
  node->arguments = std::move(arguments);
  node->text = std::move(text);
  return node;
}

/// Kernels that are true just where the other is false; both are NULL for the same arguments.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kOpposites = {
    {{"equal", "not_equal"},
     {"less", "greater_equal"},
     {"greater", "less_equal"},
     {"like", "not_like"},
     {"ilike", "not_ilike"},
     {"like_escape", "not_like_escape"},
     {"ilike_escape", "not_ilike_escape"}}};

bool isNullable(const ExpressionPointer& expression) { return expression->nullable; }

}  // namespace

ExpressionPointer makeLiteral(Value value) {
  auto node = std::make_shared<Expression>();
  node->kind = Expression::Kind::Literal;
  node->type = value.type();
  node->nullable = value.isNull();
  node->text = lit(value).toSql();
  node->literal = std::move(value);
  return node;
}

ExpressionPointer makePrepared(KernelType type, std::shared_ptr<const void> object, std::string text) {
  auto node = makeNode(Expression::Kind::Prepared, Type::bigInt(), false, {}, std::move(text));
  node->preparedType = type;
  node->prepared = std::move(object);
  return node;
}

ExpressionPointer makeCall(const KernelInfo& kernel, Type type, std::vector<ExpressionPointer> arguments,
                           std::string text) {
  if (std::ranges::any_of(arguments, [](const auto& argument) { return isNullLiteral(*argument); })) {
    return makeLiteral(Value::null(type));
  }
  if (std::ranges::all_of(arguments, [](const auto& argument) { return isLiteral(*argument); })) {
    if (std::optional<Value> value = computeCall(kernel, type, arguments)) {
      return makeLiteral(*std::move(value));
    }
  }
  const bool nullable = std::ranges::any_of(arguments, isNullable);
  auto node = makeNode(Expression::Kind::Call, type, nullable, std::move(arguments), std::move(text));
  node->kernel = &kernel;
  return node;
}

ExpressionPointer makeTriedCall(const KernelInfo& kernel, Type type, std::vector<ExpressionPointer> arguments,
                                std::string text) {
  ExpressionPointer call = makeCall(kernel, type, std::move(arguments), std::move(text));
  // What makes strings fails for want of memory only, which is no property of the value.
  if (!isFallibleCall(*call) || kernel.usesArena) {
    return call;
  }
  if (std::ranges::all_of(call->arguments, [](const auto& argument) { return isLiteral(*argument); })) {
    return makeLiteral(Value::null(type));
  }
  auto tried = std::make_shared<Expression>(*call);
  tried->nullOnError = true;
  tried->nullable = true;
  return tried;
}

const KernelInfo& findKernel(std::string_view kernel, const std::vector<ExpressionPointer>& arguments,
                             std::string_view text, std::string_view path) {
  for (const KernelInfo& candidate : findKernels(kernel)) {
    if (std::ranges::equal(candidate.arguments, arguments, [](KernelType expected, const ExpressionPointer& argument) {
          return expected == kernelTypeOf(*argument);
        })) {
      return candidate;
    }
  }
  std::string types;
  for (const ExpressionPointer& argument : arguments) {
    types += (types.empty() ? "" : ", ") + toString(argument->type);
  }
  throw ExecutionError(ErrorCode::InvalidPlan, std::string(path),
                       fmt::format("there is no {} for {}, needed by: {}", kernel, types, text));
}

ExpressionPointer makeCall(std::string_view kernel, Type type, std::vector<ExpressionPointer> arguments,
                           std::string text, std::string_view path) {
  const KernelInfo& found = findKernel(kernel, arguments, text, path);
  return makeCall(found, type, std::move(arguments), std::move(text));
}

ExpressionPointer makeJunction(Expression::Kind kind, const std::vector<ExpressionPointer>& arguments,
                               std::string text) {
  // TRUE decides an Or and leaves an And as it is; FALSE the other way round. That holds beside NULLs, too.
  const bool deciding = kind == Expression::Kind::Or;
  std::vector<ExpressionPointer> kept;
  const auto keep = [&](const ExpressionPointer& argument) {
    if (isLiteral(*argument) && !argument->literal.isNull()) {
      return argument->literal.asBool() == deciding;
    }
    kept.push_back(argument);
    return false;
  };
  for (const ExpressionPointer& argument : arguments) {
    const bool isDecided = argument->kind == kind ? std::ranges::any_of(argument->arguments, keep) : keep(argument);
    if (isDecided) {
      return makeLiteral(Value::boolean(deciding));
    }
  }
  if (kept.empty()) {
    return makeLiteral(Value::boolean(!deciding));
  }
  if (kept.size() == 1) {
    return kept.front();
  }
  const bool nullable = std::ranges::any_of(kept, isNullable);
  return makeNode(kind, Type::boolean(), nullable, std::move(kept), std::move(text));
}

ExpressionPointer makeNot(ExpressionPointer argument, std::string text) {
  if (argument->kind == Expression::Kind::Call) {
    if (argument->kernel->name == "not") {
      return argument->arguments.front();
    }
    const std::string_view name = argument->kernel->name;
    for (const auto& [one, other] : kOpposites) {
      if (name == one || name == other) {
        return makeCall(name == one ? other : one, Type::boolean(), argument->arguments, std::move(text), "");
      }
    }
  }
  return makeCall("not", Type::boolean(), {std::move(argument)}, std::move(text), "");
}

ExpressionPointer makeIsNull(ExpressionPointer argument, std::string text) {
  if (isLiteral(*argument) || !argument->nullable) {
    return makeLiteral(Value::boolean(isNullLiteral(*argument)));
  }
  // A string is NULL where its code is.
  return makeNode(Expression::Kind::IsNull, Type::boolean(), false, {passOn(argument).value}, std::move(text));
}

ExpressionPointer makeCase(Type type, const std::vector<ExpressionPointer>& arguments, std::string text) {
  std::vector<ExpressionPointer> kept;
  bool nullable = false;
  const auto keepValue = [&](const ExpressionPointer& value) {
    nullable = nullable || value->nullable;
    kept.push_back(value);
  };
  bool isDecided = false;
  for (std::size_t index = 0; index + 1 < arguments.size() && !isDecided; index += 2) {
    const Expression& condition = *arguments[index];
    isDecided = isLiteral(condition) && !condition.literal.isNull() && condition.literal.asBool();
    if (isDecided) {
      keepValue(arguments[index + 1]);
    } else if (!isLiteral(condition)) {
      kept.push_back(arguments[index]);
      keepValue(arguments[index + 1]);
    }
  }
  if (!isDecided) {
    keepValue(arguments.back());
  }
  if (kept.size() == 1) {
    return kept.front();
  }
  return makeNode(Expression::Kind::Case, type, nullable, std::move(kept), std::move(text));
}

ExpressionPointer withType(const ExpressionPointer& expression, Type type) {
  if (expression->type == type) {
    return expression;
  }
  auto copy = std::make_shared<Expression>(*expression);
  copy->type = type;
  if (isLiteral(*copy)) {
    return makeLiteral(copy->literal.isNull() ? Value::null(type)
                       : type.isString()      ? Value::string(type, copy->literal.asString())
                                              : Value::integer(type, copy->literal.asInt128()));
  }
  return copy;
}

}  // namespace basalt
