#include "operators/spec/AggregateBinding.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/NameSuggestion.h"
#include "operators/expression/TypeMapping.h"
#include "operators/spec/ColumnBinding.h"

namespace basalt {

namespace {

/// The name under which the catalog has an aggregate that goes by others, too.
std::string_view canonicalName(std::string_view function) {
  if (function == "variance") return "var_samp";
  if (function == "stddev") return "stddev_samp";
  return function == "countif" ? "count_if" : function;
}

Expr composeStringAggregate(const ExpressionPointer& argument, const std::string& separator,
                            const std::string& argumentPath, const ProvideAggregate& provide) {
  if (!argument) failPlan(argumentPath, "string_agg needs an argument");
  const ExpressionPointer text = castExpression(argument, Type::varchar(), argumentPath);
  const ExpressionPointer front = makeLiteral(Value::string(Type::varchar(), separator));
  const ExpressionPointer separated = makeCall("concatenate", Type::varchar(), {front, text},
                                               fmt::format("{} || {}", front->text, text->text), argumentPath);
  const Expr all = provide("concat_agg", separated);
  return call("substring", {all, call("length", {lit(separator)}) + lit(std::int64_t{1})});
}

/// Aggregates that only boundedSum() chooses, since they check nothing.
bool isBounded(std::string_view name) noexcept { return name.ends_with("_bounded"); }

}  // namespace

const AggregateInfo& chooseAggregate(const std::string& function, ExpressionPointer& argument,
                                     const std::string& functionPath, const std::string& argumentPath) {
  const std::string_view name = canonicalName(function);
  const auto overloads = findAggregates(name);
  if (overloads.empty() || isBounded(name)) {
    std::vector<std::string> names{"avg", "count"};
    for (const AggregateInfo& known : aggregateCatalog()) {
      if (!isBounded(known.name)) names.emplace_back(known.name);
    }
    failPlan(functionPath, fmt::format("no aggregate function '{}'{}", function, suggestName(function, names)));
  }
  for (const AggregateInfo& overload : overloads) {
    if (overload.arguments.size() == 0 && !argument) return overload;
    // Decimals are integers to kernels only.
    const bool isBitsOfDecimal = overload.name.starts_with("bit_") && argument && argument->type.isDecimal();
    if (overload.arguments.size() == 1 && argument && !isBitsOfDecimal &&
        overload.arguments[0] == kernelTypeOf(argument->type)) {
      return overload;
    }
  }
  if (overloads.size() == 1 && overloads[0].arguments.size() == 1 && argument) {
    const Type parameter = typeOf(overloads[0].arguments[0]);
    if (isNullLiteral(*argument) || (parameter == Type::doublePrecision() && argument->type.isNumeric())) {
      argument = castExpression(argument, parameter, argumentPath);
      return overloads[0];
    }
  }
  failPlan(argumentPath,
           argument ? fmt::format("{} does not take an argument of type {}", function, toString(argument->type))
                    : fmt::format("{} needs an argument", function));
}

KnownRange rangeOfSum(const KnownRange& values, std::optional<std::uint64_t> rows) noexcept {
  return values && rows ? multiplyRanges(*values, {1, Int128{std::max<std::uint64_t>(*rows, 1)}}) : std::nullopt;
}

const AggregateInfo& boundedSum(const AggregateInfo& function, const KnownRange& values,
                                std::optional<std::uint64_t> rows) {
  if (!values || !rows) return function;
  // Of any part of the values, as workers sum up parts.
  const KnownRange sums = multiplyRanges(*values, {0, Int128{*rows}});
  if (!sums || !rangeOfType(PhysicalType::Int64)->contains(*sums)) return function;
  for (const AggregateInfo& bounded : findAggregates(fmt::format("{}_bounded", function.name))) {
    if (std::ranges::equal(bounded.arguments, function.arguments)) return bounded;
  }
  return function;
}

bool needsSeveralValues(const AggregateInfo& function) noexcept { return function.name.ends_with("_samp"); }

bool isCount(const AggregateInfo& function) noexcept { return function.name.starts_with("count"); }

Type aggregateType(const AggregateInfo& function, const ExpressionPointer& argument) {
  // A count is a bigint, also of decimals, which are 64-bit integers to kernels as well.
  if (isCount(function)) return typeOf(function.result);
  if (argument && function.result == KernelType::Int128 && !(argument->type.physical() == PhysicalType::Int128)) {
    return Type::decimal(Type::kMaxPrecision, argument->type.scale);
  }
  if (argument && function.result == kernelTypeOf(argument->type)) {
    // A sum of wide decimals may need digits that its argument's type does not have.
    if (argument->type.isDecimal() && function.result == KernelType::Int128 && function.name.starts_with("sum")) {
      return Type::decimal(Type::kMaxPrecision, argument->type.scale);
    }
    return argument->type;
  }
  return typeOf(function.result);
}

Expr composeAggregate(const std::string& function, const ExpressionPointer& argument, const std::string& separator,
                      const std::string& argumentPath, const ProvideAggregate& provide) {
  if (function == "string_agg") return composeStringAggregate(argument, separator, argumentPath, provide);
  if (function == "count" && !argument) return provide("count_star", nullptr);
  if (function != "avg") return provide(function, argument);
  if (!argument) failPlan(argumentPath, "avg needs an argument");
  const Expr sum = provide("sum", argument);
  return sum / provide("count", argument);
}

ExpressionPointer filterArgument(const ExpressionPointer& argument, const ExpressionPointer& filter) {
  const ExpressionPointer value = argument ? argument : makeLiteral(Value::boolean(true));
  const std::string text = fmt::format("{} filter (where {})", argument ? argument->text : "*", filter->text);
  return makeCase(value->type, {filter, value, makeLiteral(Value::null(value->type))}, text);
}

}  // namespace basalt
