#include "operators/expression/DictionaryPredicates.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "operators/expression/DictionaryCodes.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/KernelLoop.h"
#include "runtime/kernels/ValueSet.h"

namespace basalt {
namespace {

/// Binding a plan evaluates conditions on so many strings at most.
constexpr std::size_t kMostStrings = 4096;
/// So many codes have a bit in a number.
constexpr std::size_t kBits = 64;

/// Whether the condition holds, by code.
using Decisions = std::vector<std::uint8_t>;

/// Evaluates a condition for all strings of the one dictionary that it looks at.
class Decider {
 public:
  /// Nothing when it looks at other values, too, or may fail or be NULL for a string.
  std::optional<Decisions> decide(const Expression& condition) {
    switch (condition.kind) {
      case Expression::Kind::And:
      case Expression::Kind::Or:
        return decideJunction(condition);
      case Expression::Kind::Call:
        return condition.type == Type::boolean() ? decideCall(condition) : std::nullopt;
      default:
        return {};
    }
  }
  /// What the condition looks at.
  const PassedValue& codes() const { return codes_; }

 private:
  std::optional<Decisions> decideJunction(const Expression& condition) {
    const bool isAnd = condition.kind == Expression::Kind::And;
    std::optional<Decisions> united;
    for (const ExpressionPointer& argument : condition.arguments) {
      const std::optional<Decisions> decisions = decide(*argument);
      if (!decisions) return {};
      if (!united) {
        united = decisions;
        continue;
      }
      std::ranges::transform(*united, *decisions, united->begin(), [isAnd](std::uint8_t left, std::uint8_t right) {
        return static_cast<std::uint8_t>(isAnd ? left & right : left | right);
      });
    }
    return united;
  }

  std::optional<Decisions> decideCall(const Expression& call) {
    if (isFallibleCall(call) || call.nullOnError || call.kernel->usesArena) return {};
    std::vector<Decisions> inner;
    std::vector<std::array<std::byte, 16>> constants(call.arguments.size());
    inner.reserve(call.arguments.size());
    std::vector<Vector> arguments;
    for (std::size_t index = 0; index < call.arguments.size(); ++index) {
      const ExpressionPointer& argument = call.arguments[index];
      if (isParameter(*argument)) {
        if (isNullLiteral(*argument)) return {};
        storeParameter(*argument, constants[index].data());
        arguments.push_back(Vector::constant(argument->type.physical(), constants[index].data(), false));
      } else if (looksAtCodes(argument)) {
        arguments.push_back(Vector::refer(PhysicalType::String, codes_.dictionary->strings.data(), nullptr));
      } else {
        std::optional<Decisions> decisions = decide(*argument);
        if (!decisions) return {};
        inner.push_back(*std::move(decisions));
        arguments.push_back(Vector::refer(PhysicalType::Bool, inner.back().data(), nullptr));
      }
    }
    if (!codes_.dictionary) return {};
    Decisions decisions(codes_.dictionary->strings.size());
    ErrorCode error = ErrorCode::None;
    KernelLoopCall loop;
    loop.arguments = arguments;
    loop.output = decisions.data();
    loop.rowCount = static_cast<std::uint32_t>(decisions.size());
    loop.error = &error;
    kernelLoop (*call.kernel)(loop);
    return decisions;
  }

  /// Whether it is the decoded column that has been looked at before, if any has.
  bool looksAtCodes(const ExpressionPointer& value) {
    PassedValue passed = passOn(value);
    if (!passed.dictionary || passed.value->kind != Expression::Kind::Column) return false;
    if (codes_.dictionary) return codes_.value->column == passed.value->column;
    if (passed.dictionary->strings.empty() || passed.dictionary->strings.size() > kMostStrings) return false;
    codes_ = std::move(passed);
    return true;
  }

  PassedValue codes_;
};

ExpressionPointer code(std::size_t number) {
  return makeLiteral(Value::integer(Type::integer(), static_cast<Int128>(number)));
}

/// The condition that a code is one of those that are marked; NULL where the code is.
ExpressionPointer conditionOf(const Decisions& decisions, const ExpressionPointer& codes, const std::string& text) {
  const auto compare = [&](std::string_view comparison, ExpressionPointer number) {
    return makeCall(comparison, Type::boolean(), {copyExpression(codes), std::move(number)}, text, {});
  };
  const auto count = static_cast<std::size_t>(std::ranges::count(decisions, 1));
  const auto first = static_cast<std::size_t>(std::ranges::find(decisions, 1) - decisions.begin());
  const std::size_t end = first + count;
  if (count == 0) return compare("less", code(0));
  if (count == 1) return compare("equal", code(first));
  if (count + 1 == decisions.size()) {
    return compare("not_equal", code(static_cast<std::size_t>(std::ranges::find(decisions, 0) - decisions.begin())));
  }
  const std::span<const std::uint8_t> stretch = std::span(decisions).subspan(first, count);
  const bool isRange = std::ranges::find(stretch, 0) == stretch.end();
  if (isRange && first == 0) return compare("less", code(end));
  if (isRange && end == decisions.size()) return compare("greater_equal", code(first));
  if (decisions.size() <= kBits) {
    std::uint64_t bits = 0;
    for (std::size_t number = 0; number < decisions.size(); ++number)
      bits |= std::uint64_t{decisions[number]} << number;
    return compare("decode_bit", makeLiteral(Value::integer(Type::bigInt(), static_cast<std::int64_t>(bits))));
  }
  if (isRange) {
    return makeJunction(Expression::Kind::And, {compare("greater_equal", code(first)), compare("less", code(end))},
                        text);
  }
  std::vector<Value> members;
  for (std::size_t number = 0; number < decisions.size(); ++number) {
    if (decisions[number] == 1) members.push_back(code(number)->literal);
  }
  return compare("in_set", makePrepared(KernelType::ValueSet, std::make_shared<const ValueSet>(members),
                                        std::to_string(count) + " codes"));
}

/// Only then there is anything to decide; asked first, since deciding parts of what is not decided would be done again.
bool looksAtOneColumn(const Expression& expression) {
  std::set<std::uint32_t> columns;
  visitExpressions(expression, [&](const Expression& part) {
    if (part.kind == Expression::Kind::Column) columns.insert(part.column);
  });
  return columns.size() == 1;
}

}  // namespace

ExpressionPointer decideByCodes(const ExpressionPointer& expression) {
  if (expression->type == Type::boolean() && looksAtOneColumn(*expression)) {
    Decider decider;
    if (const std::optional<Decisions> decisions = decider.decide(*expression)) {
      return conditionOf(*decisions, decider.codes().value, expression->text);
    }
  }
  std::vector<ExpressionPointer> arguments;
  for (const ExpressionPointer& argument : expression->arguments) arguments.push_back(decideByCodes(argument));
  if (arguments == expression->arguments) return expression;
  const Expression::Kind kind = expression->kind;
  if (kind == Expression::Kind::And || kind == Expression::Kind::Or) {
    return makeJunction(kind, arguments, expression->text);
  }
  auto rebuilt = std::make_shared<Expression>(*expression);
  rebuilt->arguments = std::move(arguments);
  return rebuilt;
}

}  // namespace basalt
