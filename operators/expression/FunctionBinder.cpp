#include "operators/expression/FunctionBinder.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/KernelCatalog.h"
#include "operators/expression/Binder.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/FunctionForms.h"
#include "operators/expression/NameSuggestion.h"
#include "operators/expression/TypeConversion.h"
#include "operators/expression/TypeMapping.h"
#include "runtime/ExecutionError.h"

namespace basalt {

namespace {

/// Kernels that only the binder calls: they mean something for the storage of decimals or strings, for casts or for
/// hashing, or leave out checks that the binder has made.
bool isInternal(const KernelInfo& kernel) {
  const auto isHiddenType = [](KernelType type) {
    return type == KernelType::Hash || type == KernelType::Int128 || isPrepared(type);
  };
  return kernel.name.starts_with("decimal_") || kernel.name.starts_with("cast_") || kernel.name.starts_with("hash") ||
         kernel.name.starts_with("decode") || kernel.name.starts_with("varchar_to_") ||
         kernel.name.ends_with("_exact") || isHiddenType(kernel.result) ||
         std::ranges::any_of(kernel.arguments, isHiddenType);
}

/// What each implicit conversion costs. To double is preferred over real, which has fewer digits than most integers.
constexpr int kToDouble = 10;
constexpr int kToReal = 20;
constexpr int kFromText = 30;

/// The cost of giving `argument` to a parameter, or nothing when that takes an explicit cast.
std::optional<int> castCost(const ExpressionPointer& argument, KernelType parameter) {
  const Type from = argument->type;
  const Type to = typeOf(parameter);
  if (!from.isDecimal() && kernelTypeOf(from) == parameter) {
    return 0;
  }
  if (isNullLiteral(*argument)) {
    return 1;
  }
  if (from.isInteger() && to.isInteger()) {
    const int steps = static_cast<int>(to.id) - static_cast<int>(from.id);
    if (steps > 0) {
      return steps;
    }
    return isLiteral(*argument) && adaptLiteral(argument, to) ? std::optional(1 - steps) : std::nullopt;
  }
  if (from == Type::real() && to == Type::doublePrecision()) {
    return 1;
  }
  if ((from.isInteger() || from.isDecimal()) && to.isFloating()) {
    return to == Type::doublePrecision() ? kToDouble : kToReal;
  }
  if (from == Type::date() && to == Type::timestamp()) {
    return 1;
  }
  const bool isText = isLiteral(*argument) && from == Type::varchar();
  return isText && !to.isNumeric() && adaptLiteral(argument, to) ? std::optional(kFromText) : std::nullopt;
}

std::optional<int> callCost(const KernelInfo& kernel, const std::vector<ExpressionPointer>& arguments) {
  if (kernel.arguments.size() != arguments.size()) {
    return std::nullopt;
  }
  int sum = 0;
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    const std::optional<int> cost = castCost(arguments[index], kernel.arguments[index]);
    if (!cost) {
      return std::nullopt;
    }
    sum += *cost;
  }
  return sum;
}

std::string signature(const KernelInfo& kernel) {
  std::vector<std::string> types;
  for (const KernelType type : kernel.arguments) {
    types.push_back(toString(typeOf(type)));
  }
  return fmt::format("{}({})", kernel.name, fmt::join(types, ", "));
}

ExecutionError unknownFunction(std::string_view name, std::string_view path) {
  if (!findAggregates(name).empty() || name == "avg" || name == "count") {
    return {ErrorCode::InvalidPlan, std::string(path),
            fmt::format("an aggregate function can stand in an aggregation only: {}", name)};
  }
  std::vector<std::string> known = {"and",   "or",   "is_null",          "is_not_null",          "between",
                                    "in",    "case", "is_distinct_from", "is_not_distinct_from", "coalesce",
                                    "nullif"};
  std::ranges::move(functionFormNames(), std::back_inserter(known));
  for (const KernelInfo& kernel : kernelCatalog()) {
    if (!isInternal(kernel) && known.back() != kernel.name) {
      known.emplace_back(kernel.name);
    }
  }
  return {ErrorCode::InvalidPlan, std::string(path),
          fmt::format("unknown function '{}'{}", name, suggestName(name, known))};
}

ExecutionError noOverload(std::string_view name, const std::vector<ExpressionPointer>& arguments, std::string_view text,
                          std::string_view path) {
  std::vector<std::string> overloads;
  for (const KernelInfo& kernel : findKernels(name)) {
    if (!isInternal(kernel)) {
      overloads.push_back(signature(kernel));
    }
  }
  std::vector<std::string> types;
  for (const ExpressionPointer& argument : arguments) {
    types.push_back(toString(argument->type));
  }
  return {ErrorCode::InvalidPlan, std::string(path),
          fmt::format("no function {}({}); there are {}; in: {}", name, fmt::join(types, ", "),
                      fmt::join(overloads, ", "), text)};
}

}  // namespace

ExpressionPointer bindFunction(std::string_view calledName, const std::vector<ExpressionPointer>& arguments,
                               std::string text, std::string_view path) {
  const std::string name = canonicalFunctionName(calledName);
  if (name != calledName && isArithmetic(name)) {
    return bindArithmetic(name, arguments, std::move(text), path);
  }
  if (std::optional<ExpressionPointer> form = bindFunctionForm(name, arguments, text, path)) {
    return *std::move(form);
  }
  const KernelInfo* best = nullptr;
  int bestCost = 0;
  bool isKnown = false;
  for (const KernelInfo& kernel : findKernels(name)) {
    if (isInternal(kernel)) {
      continue;
    }
    isKnown = true;
    const std::optional<int> cost = callCost(kernel, arguments);
    if (cost && (best == nullptr || *cost < bestCost)) {
      best = &kernel;
      bestCost = *cost;
    }
  }
  if (!isKnown) {
    throw unknownFunction(calledName, path);
  }
  if (best == nullptr) {
    throw noOverload(name, arguments, text, path);
  }
  std::vector<ExpressionPointer> converted;
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    const ExpressionPointer& argument = arguments[index];
    const KernelType parameter = best->arguments[index];
    if (!argument->type.isDecimal() && kernelTypeOf(argument->type) == parameter) {
      converted.push_back(argument);
      continue;
    }
    const std::optional<ExpressionPointer> adapted = adaptLiteral(argument, typeOf(parameter));
    converted.push_back(adapted ? *adapted : castExpression(argument, typeOf(parameter), path));
  }
  return makeCall(*best, typeOf(best->result), std::move(converted), std::move(text));
}

}  // namespace basalt
