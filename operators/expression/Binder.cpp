#include "operators/expression/Binder.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "operators/expression/ComparisonBinder.h"
#include "operators/expression/DictionaryCodes.h"
#include "operators/expression/DictionaryPredicates.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/FunctionBinder.h"
#include "operators/expression/NameSuggestion.h"
#include "operators/expression/PatternBinder.h"
#include "operators/expression/TypeConversion.h"
#include "runtime/ExecutionError.h"

namespace basalt {

namespace {

using Arguments = std::vector<ExpressionPointer>;

/// Binds an expression bottom up. Functions that are more than a kernel have a method here; all others are looked up in
/// the catalog of kernels.
class ExpressionBinder {
 public:
  ExpressionBinder(const Schema& input, std::string_view path) : input_(input), path_(path) {}

  ExpressionPointer bind(const Expr& expression) {
    switch (expression.kind()) {
      case Expr::Kind::Column:
        return bindColumn(expression.name());
      case Expr::Kind::Literal:
        return makeLiteral(expression.literal());
      case Expr::Kind::Cast:
        return castExpression(bind(expression.arguments().front()), expression.targetType(), path_);
      case Expr::Kind::TryCast:
        return tryCastExpression(bind(expression.arguments().front()), expression.targetType(), path_);
      case Expr::Kind::Call:
        break;
    }
    Arguments arguments;
    for (const Expr& argument : expression.arguments()) {
      arguments.push_back(bind(argument));
    }
    std::string text = expression.toSql();
    const std::string& name = expression.name();
    if (const auto special = kSpecialForms.find(name); special != kSpecialForms.end()) {
      const auto& [fewest, most, method] = special->second;
      if (arguments.size() < fewest || arguments.size() > most) {
        throw error(fmt::format("{} takes {} but was given {} in: {}", name, describeCount(fewest, most),
                                arguments.size(), text));
      }
      return (this->*method)(name, std::move(arguments), std::move(text));
    }
    return isArithmetic(name) ? bindArithmetic(name, std::move(arguments), std::move(text), path_)
                              : bindFunction(name, arguments, std::move(text), path_);
  }

  ExecutionError error(std::string message) const {
    return {ErrorCode::InvalidPlan, std::string(path_), std::move(message)};
  }

 private:
  struct SpecialForm {
    std::size_t fewestArguments;
    std::size_t mostArguments;
    ExpressionPointer (ExpressionBinder::*method)(const std::string& name, Arguments arguments, std::string text);
  };
  static const std::unordered_map<std::string, SpecialForm> kSpecialForms;

  static std::string describeCount(std::size_t fewest, std::size_t most) {
    if (most == SIZE_MAX) {
      return fmt::format("at least {} argument{}", fewest, fewest == 1 ? "" : "s");
    }
    if (most > fewest) {
      return fmt::format("{} to {} arguments", fewest, most);
    }
    return fmt::format("{} argument{}", fewest, fewest == 1 ? "" : "s");
  }

  ExpressionPointer bindColumn(const std::string& name) const {
    if (const std::optional<std::size_t> index = input_.find(name)) {
      ExpressionPointer column = makeColumnReference(input_, static_cast<std::uint32_t>(*index));
      const auto& dictionary = input_[*index].dictionary;
      return dictionary ? decode(std::move(column), dictionary) : column;
    }
    std::vector<std::string> names;
    bool isAmbiguous = false;
    for (const Field& field : input_) {
      names.push_back(field.name);
      isAmbiguous = isAmbiguous || field.name == name;
    }
    if (isAmbiguous) {
      throw error(fmt::format("several columns have this name: '{}'", name));
    }
    throw error(fmt::format("unknown column '{}'{}", name, suggestName(name, names)));
  }

  ExpressionPointer requireBoolean(const ExpressionPointer& expression, std::string_view what) const {
    if (expression->type == Type::boolean()) {
      return expression;
    }
    if (isNullLiteral(*expression)) {
      return makeLiteral(Value::null(Type::boolean()));
    }
    throw error(fmt::format("{} must be boolean but is {}: {}", what, toString(expression->type), expression->text));
  }

  ExpressionPointer bindJunction(const std::string& name, Arguments arguments, std::string text) {
    for (ExpressionPointer& argument : arguments) {
      argument = requireBoolean(argument, fmt::format("an operand of {}", name));
    }
    return makeJunction(name == "and" ? Expression::Kind::And : Expression::Kind::Or, arguments, std::move(text));
  }

  ExpressionPointer bindNot(const std::string&, Arguments arguments, std::string text) {
    return makeNot(requireBoolean(arguments[0], "the operand of not"), std::move(text));
  }

  ExpressionPointer bindNullTest(const std::string& name, Arguments arguments, std::string text) {
    ExpressionPointer test = makeIsNull(std::move(arguments[0]), text);
    return name == "is_null" ? test : makeNot(std::move(test), std::move(text));
  }

  ExpressionPointer bindComparisonCall(const std::string& name, Arguments arguments, std::string text) {
    return bindComparison(name, std::move(arguments), std::move(text), path_);
  }

  ExpressionPointer bindBetweenCall(const std::string&, Arguments arguments, std::string text) {
    return bindBetween(arguments, std::move(text), path_);
  }

  ExpressionPointer bindInCall(const std::string&, Arguments arguments, std::string text) {
    return bindIn(arguments, std::move(text), path_);
  }

  ExpressionPointer bindDistinctCall(const std::string& name, Arguments arguments, std::string text) {
    return bindDistinct(name, std::move(arguments), std::move(text), path_);
  }

  ExpressionPointer bindLikeCall(const std::string& name, Arguments arguments, std::string text) {
    return bindLike(name, arguments, std::move(text), path_);
  }

  ExpressionPointer bindRegularExpressionCall(const std::string& name, Arguments arguments, std::string text) {
    return bindRegularExpression(name, std::move(arguments), std::move(text), path_);
  }

  ExpressionPointer bindCase(const std::string&, Arguments arguments, std::string text) {
    if (arguments.size() % 2 == 0) {
      throw error(fmt::format(
          "case takes conditions and values in turn and one else value, an odd number of arguments, in: {}", text));
    }
    Arguments values;
    for (std::size_t index = 0; index < arguments.size(); ++index) {
      if (index % 2 == 0 && index + 1 < arguments.size()) {
        arguments[index] = requireBoolean(arguments[index], "a condition of case");
      } else {
        values.push_back(arguments[index]);
      }
    }
    const Type type = unifyTypes(values, path_);
    for (std::size_t value = 0; value < values.size(); ++value) {
      arguments[std::min(2 * value + 1, arguments.size() - 1)] = values[value];
    }
    return makeCase(type, arguments, std::move(text));
  }

  ExpressionPointer bindCoalesce(const std::string&, Arguments arguments, std::string text) {
    const Type type = unifyTypes(arguments, path_);
    Arguments branches;
    for (std::size_t index = 0; index + 1 < arguments.size(); ++index) {
      branches.push_back(makeNot(makeIsNull(copyExpression(arguments[index]), arguments[index]->text + " is null"),
                                 arguments[index]->text + " is not null"));
      ExpressionPointer value = copyExpression(arguments[index]);
      branches.push_back(std::move(value));
    }
    branches.push_back(arguments.back());
    return makeCase(type, branches, std::move(text));
  }

  ExpressionPointer bindNullIf(const std::string&, Arguments arguments, std::string text) {
    const ExpressionPointer value = copyExpression(arguments[0]);
    const ExpressionPointer matches = bindComparison(
        "equal", {arguments[0], arguments[1]}, fmt::format("{} = {}", arguments[0]->text, arguments[1]->text), path_);
    return makeCase(value->type, {matches, makeLiteral(Value::null(value->type)), value}, std::move(text));
  }

  const Schema& input_;
  std::string_view path_;
};

const std::unordered_map<std::string, ExpressionBinder::SpecialForm> ExpressionBinder::kSpecialForms = {
    {"and", {1, SIZE_MAX, &ExpressionBinder::bindJunction}},
    {"or", {1, SIZE_MAX, &ExpressionBinder::bindJunction}},
    {"not", {1, 1, &ExpressionBinder::bindNot}},
    {"is_null", {1, 1, &ExpressionBinder::bindNullTest}},
    {"is_not_null", {1, 1, &ExpressionBinder::bindNullTest}},
    {"equal", {2, 2, &ExpressionBinder::bindComparisonCall}},
    {"not_equal", {2, 2, &ExpressionBinder::bindComparisonCall}},
    {"less", {2, 2, &ExpressionBinder::bindComparisonCall}},
    {"less_equal", {2, 2, &ExpressionBinder::bindComparisonCall}},
    {"greater", {2, 2, &ExpressionBinder::bindComparisonCall}},
    {"greater_equal", {2, 2, &ExpressionBinder::bindComparisonCall}},
    {"between", {3, 3, &ExpressionBinder::bindBetweenCall}},
    {"in", {2, SIZE_MAX, &ExpressionBinder::bindInCall}},
    {"case", {3, SIZE_MAX, &ExpressionBinder::bindCase}},
    {"coalesce", {1, SIZE_MAX, &ExpressionBinder::bindCoalesce}},
    {"nullif", {2, 2, &ExpressionBinder::bindNullIf}},
    {"is_distinct_from", {2, 2, &ExpressionBinder::bindDistinctCall}},
    {"is_not_distinct_from", {2, 2, &ExpressionBinder::bindDistinctCall}},
    {"like", {2, 2, &ExpressionBinder::bindLikeCall}},
    {"ilike", {2, 2, &ExpressionBinder::bindLikeCall}},
    {"like_escape", {3, 3, &ExpressionBinder::bindLikeCall}},
    {"ilike_escape", {3, 3, &ExpressionBinder::bindLikeCall}},
    {"regexp_matches", {2, 3, &ExpressionBinder::bindRegularExpressionCall}},
    {"regexp_full_match", {2, 3, &ExpressionBinder::bindRegularExpressionCall}},
    {"regexp_extract", {2, 4, &ExpressionBinder::bindRegularExpressionCall}},
    {"regexp_replace", {3, 4, &ExpressionBinder::bindRegularExpressionCall}},
};

}  // namespace

ExpressionPointer bindExpression(const Expr& expression, const Schema& input, std::string_view path) {
  ExpressionPointer bound = ExpressionBinder(input, path).bind(expression);
  const bool hasCodes = std::ranges::any_of(input, [](const Field& field) { return field.dictionary != nullptr; });
  return hasCodes ? decideByCodes(bound) : bound;
}

ExpressionPointer bindCondition(const Expr& expression, const Schema& input, std::string_view path) {
  ExpressionPointer condition = bindExpression(expression, input, path);
  if (isNullLiteral(*condition)) {
    return makeLiteral(Value::null(Type::boolean()));
  }
  if (condition->type != Type::boolean()) {
    throw ExecutionError(ErrorCode::InvalidPlan, std::string(path),
                         fmt::format("expected a condition but found a value of type {}: {}", toString(condition->type),
                                     condition->text));
  }
  return condition;
}

}  // namespace basalt
