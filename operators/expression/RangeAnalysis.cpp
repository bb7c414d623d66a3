#include "operators/expression/RangeAnalysis.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "operators/KernelCatalog.h"
#include "operators/expression/ExpressionFactory.h"

namespace basalt {

namespace {

constexpr std::string_view kDecimalPrefix = "decimal_";
constexpr std::string_view kExactSuffix = "_exact";
constexpr std::string_view kNarrowSuffix = "_narrow";

using Operands = std::span<const ValueRange>;

/// The results of one kernel for operands of known ranges.
struct Rule {
  /// Without what only tells how the kernel checks and computes: "add" stands for decimal_add_exact, too.
  std::string_view operation;
  std::size_t operandCount;
  KnownRange (*resultOf)(Operands operands) noexcept;
};

constexpr std::array kRules = {
    Rule{"add", 2, [](Operands of) noexcept { return addRanges(of[0], of[1]); }},
    Rule{"subtract", 2, [](Operands of) noexcept { return subtractRanges(of[0], of[1]); }},
    Rule{"multiply", 2, [](Operands of) noexcept { return multiplyRanges(of[0], of[1]); }},
    Rule{"multiply_wide", 2, [](Operands of) noexcept { return multiplyRanges(of[0], of[1]); }},
    Rule{"scale_up", 2, [](Operands of) noexcept { return multiplyRanges(of[0], of[1]); }},
    Rule{"scale_down", 2, [](Operands of) noexcept { return scaleDownRange(of[0], of[1]); }},
    // Its second operand is the bound, which no magnitude that passes reaches.
    Rule{"check", 2,
         [](Operands of) noexcept { return clip(of[0], ValueRange{1 - of[1].maximum, of[1].maximum - 1}); }},
    Rule{"modulo", 2, [](Operands of) noexcept { return moduloRanges(of[0], of[1]); }},
    Rule{"integer_divide", 2, [](Operands of) noexcept { return divideRanges(of[0], of[1]); }},
    Rule{"negate", 1, [](Operands of) noexcept { return negateRange(of[0]); }},
    Rule{"abs", 1, [](Operands of) noexcept { return absoluteRange(of[0]); }},
    Rule{"cast_tinyint", 1, [](Operands of) noexcept { return KnownRange(of[0]); }},
    Rule{"cast_smallint", 1, [](Operands of) noexcept { return KnownRange(of[0]); }},
    Rule{"cast_integer", 1, [](Operands of) noexcept { return KnownRange(of[0]); }},
    Rule{"cast_bigint", 1, [](Operands of) noexcept { return KnownRange(of[0]); }},
    Rule{"cast_int128", 1, [](Operands of) noexcept { return KnownRange(of[0]); }},
};

bool isInteger(KernelType type) noexcept { return type >= KernelType::TinyInt && type <= KernelType::Int128; }

std::string_view operationOf(const KernelInfo& kernel) noexcept {
  std::string_view operation = kernel.name;
  if (operation.starts_with(kDecimalPrefix)) operation.remove_prefix(kDecimalPrefix.size());
  if (operation.ends_with(kExactSuffix)) operation.remove_suffix(kExactSuffix.size());
  if (operation.ends_with(kNarrowSuffix)) operation.remove_suffix(kNarrowSuffix.size());
  return operation;
}

/// The rule for a kernel; null pointer when there is none.
const Rule* ruleFor(const KernelInfo& kernel) noexcept {
  // Dates and the like are integers as well, but their functions have other units.
  if (!isInteger(kernel.result) || !std::ranges::all_of(kernel.arguments, isInteger)) return nullptr;
  const auto* const rule = std::ranges::find(kRules, operationOf(kernel), &Rule::operation);
  return rule != kRules.end() && rule->operandCount == kernel.arguments.size() ? rule : nullptr;
}

/// What exact arithmetic on the operands gives; nothing when that is not known.
KnownRange exactResult(const Rule& rule, std::span<const RangedExpression> arguments) {
  std::vector<ValueRange> operands;
  for (const RangedExpression& argument : arguments) {
    if (!argument.range) return std::nullopt;
    operands.push_back(*argument.range);
  }
  return rule.resultOf(operands);
}

/// The results that a kernel with a rule yields without failing.
KnownRange limitOf(const KernelInfo& kernel, PhysicalType type) noexcept {
  if (!kernel.mayFail || !kernel.name.starts_with(kDecimalPrefix)) return rangeOfType(type);
  const Int128 bound = powerOfTen(type == PhysicalType::Int128 ? Type::kMaxPrecision : Type::kMaxInt64Precision);
  return ValueRange{1 - bound, bound - 1};
}

/// The kernel of another name that does the same; null pointer when there is none.
const KernelInfo* findSibling(const KernelInfo& kernel, const std::string& name) {
  for (const KernelInfo& sibling : findKernels(name)) {
    if (std::ranges::equal(sibling.arguments, kernel.arguments)) return &sibling;
  }
  return nullptr;
}

/// The one that does so without a check.
const KernelInfo* exactSibling(const KernelInfo& kernel) {
  return findSibling(kernel, fmt::format("{}{}", kernel.name, kExactSuffix));
}

/// The one of a kernel without checks that takes operands of 32 bits only.
const KernelInfo* narrowSibling(const KernelInfo& kernel) {
  if (!kernel.name.ends_with(kExactSuffix)) return nullptr;
  const std::string_view name = kernel.name.substr(0, kernel.name.size() - kExactSuffix.size());
  return findSibling(kernel, fmt::format("{}{}{}", name, kNarrowSuffix, kExactSuffix));
}

bool areNarrow(std::span<const RangedExpression> operands) {
  constexpr ValueRange kNarrow{INT32_MIN, INT32_MAX};
  return std::ranges::all_of(
      operands, [&](const RangedExpression& operand) { return operand.range && kNarrow.contains(*operand.range); });
}

/// Whether a kernel whose results have no range has nothing to fail at, given where its arguments lie.
bool cannotFail(const KernelInfo& kernel, std::span<const RangedExpression> arguments) {
  return kernel.name == "substring" && arguments.size() == 3 && arguments[2].range && arguments[2].range->minimum >= 0;
}

ExpressionPointer withKernel(const ExpressionPointer& call, const KernelInfo& kernel) {
  auto changed = std::make_shared<Expression>(*call);
  changed->kernel = &kernel;
  return changed;
}

class RangeAnalysis {
 public:
  explicit RangeAnalysis(std::span<const KnownRange> columns) : columns_(columns) {}

  RangedExpression analyse(const ExpressionPointer& expression) const {
    std::vector<RangedExpression> arguments;
    for (const ExpressionPointer& argument : expression->arguments) arguments.push_back(analyse(argument));
    const ExpressionPointer rebuilt = withArguments(expression, arguments);
    const KnownRange typeRange = rangeOfType(expression->type.physical());
    switch (expression->kind) {
      case Expression::Kind::Column:
        return {rebuilt,
                clip(expression->column < columns_.size() ? columns_[expression->column] : std::nullopt, typeRange)};
      case Expression::Kind::Literal:
        if (!typeRange || expression->literal.isNull()) return {rebuilt, typeRange};
        return {rebuilt, ValueRange{expression->literal.asInt128(), expression->literal.asInt128()}};
      case Expression::Kind::Call:
        return analyseCall(rebuilt, arguments);
      case Expression::Kind::Case:
        return {rebuilt, clip(uniteValues(arguments), typeRange)};
      case Expression::Kind::Prepared:
      case Expression::Kind::And:
      case Expression::Kind::Or:
      case Expression::Kind::IsNull:
        break;
    }
    return {rebuilt, std::nullopt};
  }

 private:
  static ExpressionPointer withArguments(const ExpressionPointer& expression,
                                         const std::vector<RangedExpression>& arguments) {
    if (std::ranges::equal(expression->arguments, arguments, {}, {}, &RangedExpression::expression)) return expression;
    auto copy = std::make_shared<Expression>(*expression);
    std::ranges::transform(arguments, copy->arguments.begin(), &RangedExpression::expression);
    return copy;
  }

  static RangedExpression analyseCall(const ExpressionPointer& call, const std::vector<RangedExpression>& arguments) {
    const KernelInfo& kernel = *call->kernel;
    const Rule* const rule = ruleFor(kernel);
    if (rule == nullptr) {
      const bool isExact = isFallibleCall(*call) && cannotFail(kernel, arguments);
      return {isExact ? withKernel(call, *exactSibling(kernel)) : call, rangeOfType(call->type.physical())};
    }
    const KnownRange result = exactResult(*rule, arguments);
    const KnownRange limit = limitOf(kernel, call->type.physical());
    // A call whose failures are NULLs says in its type that it may be NULL; it stays what it is.
    const bool isChecked = isFallibleCall(*call);
    if (isChecked && (!result || !limit || !limit->contains(*result))) return {call, clip(result, limit)};
    if (isChecked && kernel.name == "decimal_check") {
      // Its range is that of what passes: all of the operand's, or the check may find something.
      const RangedExpression& operand = arguments[0];
      return *result == operand.range ? RangedExpression{withType(operand.expression, call->type), result}
                                      : RangedExpression{call, result};
    }
    const KernelInfo* chosen = &kernel;
    const auto prefer = [&](const KernelInfo* sibling) { chosen = sibling != nullptr ? sibling : chosen; };
    if (isChecked) prefer(exactSibling(*chosen));
    if (areNarrow(arguments)) prefer(narrowSibling(*chosen));
    return {chosen != &kernel ? withKernel(call, *chosen) : call, clip(result, limit)};
  }

  /// Of the values of a CASE; NULL is none.
  static KnownRange uniteValues(const std::vector<RangedExpression>& arguments) {
    KnownRange united;
    bool isFirst = true;
    for (std::size_t index = 0; index < arguments.size(); ++index) {
      const bool isCondition = index % 2 == 0 && index + 1 < arguments.size();
      if (isCondition || isNullLiteral(*arguments[index].expression)) continue;
      united = isFirst ? arguments[index].range : unite(united, arguments[index].range);
      isFirst = false;
    }
    return united;
  }

  std::span<const KnownRange> columns_;
};

}  // namespace

RangedExpression useRanges(const ExpressionPointer& expression, std::span<const KnownRange> columns) {
  return RangeAnalysis(columns).analyse(expression);
}

}  // namespace basalt
