#include "operators/expression/PatternBinder.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/FunctionBinder.h"
#include "operators/expression/TypeConversion.h"
#include "operators/expression/TypeMapping.h"
#include "runtime/ExecutionError.h"
#include "runtime/kernels/LikePattern.h"
#include "runtime/kernels/RegularExpression.h"

namespace basalt {

namespace {

using Arguments = std::vector<ExpressionPointer>;

bool isText(const ExpressionPointer& expression) { return kernelTypeOf(expression->type) == KernelType::Varchar; }

/// Binds one call of a function on regular expressions.
class RegularExpressionBinder {
 public:
  RegularExpressionBinder(const std::string& name, std::string text, std::string_view path)
      : name_(name), text_(std::move(text)), path_(path) {}

  ExpressionPointer bind(Arguments arguments) {
    const bool replaces = name_ == "regexp_replace";
    const bool extracts = name_ == "regexp_extract";
    const Type type = replaces || extracts ? Type::varchar() : Type::boolean();
    if (std::ranges::any_of(arguments, [](const auto& argument) { return isNullLiteral(*argument); })) {
      return makeLiteral(Value::null(type));
    }
    if (extracts && arguments.size() == 2) {
      arguments.push_back(makeLiteral(Value::integer(Type::integer(), 0)));
    }
    const std::size_t optionsIndex = replaces || extracts ? 3 : 2;
    const std::int32_t options = arguments.size() > optionsIndex ? readOptions(*arguments[optionsIndex], replaces) : 0;
    arguments.resize(optionsIndex);
    requireText(arguments[0]);
    requireText(arguments[1]);
    if (replaces) {
      requireText(arguments[2]);
    } else if (extracts) {
      requireInteger(arguments[2]);
    }
    if (isLiteral(*arguments[1])) {
      auto compiled = std::make_shared<const RegularExpression>(arguments[1]->literal.asString(), options);
      if (!compiled->fault().empty()) {
        throw error(fmt::format("the regular expression {} is wrong: {}", arguments[1]->text, compiled->fault()));
      }
      if (!std::ranges::all_of(arguments, [](const auto& argument) { return isLiteral(*argument); })) {
        arguments[1] = makePrepared(KernelType::RegularExpression, std::move(compiled), arguments[1]->text);
        return makeCall(name_, type, std::move(arguments), std::move(text_), path_);
      }
    }
    arguments.push_back(makeLiteral(Value::integer(Type::integer(), options)));
    return makeCall(name_, type, std::move(arguments), std::move(text_), path_);
  }

 private:
  ExecutionError error(const std::string& message) const {
    return {ErrorCode::InvalidPlan, std::string(path_), fmt::format("{}; in: {}", message, text_)};
  }

  void requireText(const ExpressionPointer& argument) const {
    if (!isText(argument)) {
      throw error(fmt::format("{} takes text but was given a value of type {}: {}", name_, toString(argument->type),
                              argument->text));
    }
  }

  void requireInteger(ExpressionPointer& argument) const {
    if (!argument->type.isInteger()) {
      throw error(fmt::format("the group of {} must be an integer but is {}: {}", name_, toString(argument->type),
                              argument->text));
    }
    argument = castExpression(argument, Type::integer(), path_);
  }

  std::int32_t readOptions(const Expression& argument, bool replaces) const {
    const bool isConstant = isLiteral(argument) && argument.type.isString();
    const std::optional<std::int32_t> options =
        isConstant ? RegularExpression::parseOptions(argument.literal.asString()) : std::nullopt;
    if (!options || (!replaces && (*options & RegularExpression::kReplacesAll) != 0)) {
      throw error(fmt::format("the options of {} must be a constant of the letters c, i, l, m, n, p, s{} but are: {}",
                              name_, replaces ? ", g" : "", argument.text));
    }
    return *options;
  }

  const std::string& name_;
  std::string text_;
  std::string_view path_;
};

}  // namespace

ExpressionPointer bindLike(const std::string& name, const Arguments& arguments, std::string text,
                           std::string_view path) {
  const auto isConstantText = [](const ExpressionPointer& argument) {
    return isLiteral(*argument) && argument->type.isString() && !isNullLiteral(*argument);
  };
  if (isLiteral(*arguments[0]) || !isText(arguments[0]) ||
      !std::ranges::all_of(arguments.begin() + 1, arguments.end(), isConstantText)) {
    return bindFunction(name, arguments, std::move(text), path);
  }
  const std::string escape = arguments.size() == 3 ? arguments[2]->literal.asString() : "";
  std::optional<LikePattern> pattern =
      LikePattern::compile(arguments[1]->literal.asString(), escape, name.starts_with("ilike"));
  if (!pattern) {
    return bindFunction(name, arguments, std::move(text), path);
  }
  ExpressionPointer prepared = makePrepared(
      KernelType::LikePattern, std::make_shared<const LikePattern>(*std::move(pattern)), arguments[1]->text);
  return makeCall("like", Type::boolean(), {arguments[0], std::move(prepared)}, std::move(text), path);
}

ExpressionPointer bindRegularExpression(const std::string& name, Arguments arguments, std::string text,
                                        std::string_view path) {
  return RegularExpressionBinder(name, std::move(text), path).bind(std::move(arguments));
}

}  // namespace basalt
