#include "operators/expression/FunctionForms.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/FunctionBinder.h"
#include "operators/expression/NameSuggestion.h"
#include "operators/expression/TypeConversion.h"
#include "runtime/ExecutionError.h"
#include "runtime/kernels/DatePart.h"

namespace basalt {

namespace {

using Arguments = std::vector<ExpressionPointer>;

struct Alias {
  std::string_view name;
  std::string_view function;
};

constexpr std::array kAliases = {
    Alias{"ceiling", "ceil"},         Alias{"char_length", "length"}, Alias{"character_length", "length"},
    Alias{"datediff", "date_diff"},   Alias{"datepart", "date_part"}, Alias{"datesub", "date_sub"},
    Alias{"datetrunc", "date_trunc"}, Alias{"instr", "strpos"},       Alias{"lcase", "lower"},
    Alias{"len", "length"},           Alias{"mod", "modulo"},         Alias{"ord", "ascii"},
    Alias{"position", "strpos"},      Alias{"pow", "power"},          Alias{"prefix", "starts_with"},
    Alias{"strlen", "octet_length"},  Alias{"substr", "substring"},   Alias{"suffix", "ends_with"},
    Alias{"ucase", "upper"},
};

/// Parts of a date that are functions by their name alone, such as year(x).
constexpr std::array<std::string_view, 22> kPartFunctions = {
    "year",        "quarter", "month",  "week",      "weekofyear", "isoyear", "day",    "dayofmonth",
    "dayofweek",   "weekday", "isodow", "dayofyear", "hour",       "minute",  "second", "millisecond",
    "microsecond", "epoch",   "decade", "century",   "millennium", "dow"};

constexpr std::string_view kExtract = "extract_";

class FunctionForm {
 public:
  FunctionForm(std::string_view name, const Arguments& arguments, const std::string& text, std::string_view path)
      : name_(name), arguments_(arguments), text_(text), path_(path) {}

  /// Nothing where the choice of a kernel is all there is.
  using Method = std::optional<ExpressionPointer> (FunctionForm::*)();
  static const std::map<std::string_view, Method>& methods();

 private:
  ExecutionError error(std::string message) const {
    return {ErrorCode::InvalidPlan, std::string(path_), fmt::format("{} in: {}", message, text_)};
  }

  void requireCount(std::size_t fewest, std::size_t most) const {
    if (arguments_.size() < fewest || arguments_.size() > most) {
      const std::string count = fewest == most ? std::to_string(fewest) : fmt::format("at least {}", fewest);
      throw error(fmt::format("{} takes {} argument{} but was given {}", name_, count, fewest == 1 ? "" : "s",
                              arguments_.size()));
    }
  }

  ExpressionPointer call(std::string_view kernel, Type type, Arguments arguments) const {
    return makeCall(kernel, type, std::move(arguments), text_, path_);
  }

  // Decimals.

  std::optional<ExpressionPointer> sign() {
    if (arguments_.size() != 1 || !arguments_[0]->type.isDecimal()) {
      return std::nullopt;
    }
    return call("sign", Type::tinyInt(), arguments_);
  }

  std::optional<ExpressionPointer> round() {
    if (arguments_.empty() || arguments_.size() > 2) {
      return std::nullopt;
    }
    const Type type = arguments_[0]->type;
    if (type.isInteger() && arguments_.size() == 1 && (name_ == "round" || name_ == "trunc")) {
      return arguments_[0];
    }
    if (!type.isDecimal() || (arguments_.size() == 2 && name_ != "round" && name_ != "trunc")) {
      return std::nullopt;
    }
    return roundDecimal(arguments_[0], arguments_.size() == 2 ? constantDigits() : std::optional<std::int64_t>(0));
  }

  /// Nothing for NULL.
  std::optional<std::int64_t> constantDigits() const {
    const std::optional<ExpressionPointer> digits =
        isLiteral(*arguments_[1]) ? adaptLiteral(arguments_[1], Type::integer()) : std::nullopt;
    if (!digits) {
      throw error(fmt::format(
          "the digits that {} leaves of a decimal must be a constant integer; cast the decimal to double precision",
          name_));
    }
    return (*digits)->literal.isNull() ? std::nullopt
                                       : std::optional(static_cast<std::int64_t>((*digits)->literal.asInt128()));
  }

  ExpressionPointer roundDecimal(const ExpressionPointer& decimal, std::optional<std::int64_t> digits) const {
    const Type type = decimal->type;
    if (!digits) {
      return makeLiteral(Value::null(type));
    }
    if (*digits >= type.scale) {
      return decimal;
    }
    const bool isWide = type.precision > Type::kMaxInt64Precision;
    // Rounded before the point, a number may need a digit that no scale gives up for it.
    const int grown =
        type.scale == 0
            ? std::min(type.precision + 1, static_cast<int>(isWide ? Type::kMaxPrecision : Type::kMaxInt64Precision))
            : type.precision;
    const Type target =
        Type::decimal(static_cast<std::uint8_t>(grown), static_cast<std::uint8_t>(std::max<std::int64_t>(*digits, 0)));
    const std::string kernel = name_ == "round" ? "decimal_scale_down" : fmt::format("decimal_{}", name_);
    // All digits there are, and so the largest factor.
    const int most = isWide ? Type::kMaxPrecision : Type::kMaxInt64Precision;
    const auto factor = [&](std::int64_t exponent) {
      return makeLiteral(Value::integer(isWide ? Type::decimal(Type::kMaxPrecision, 0) : Type::bigInt(),
                                        powerOfTen(static_cast<unsigned>(exponent))));
    };
    const std::int64_t dropped = type.scale - *digits;
    ExpressionPointer result = call(kernel, target, {decimal, factor(std::min<std::int64_t>(dropped, most))});
    if (*digits >= 0) {
      return result;
    }
    if (dropped > most) {
      // At most 1 is left, which is less than half of what the number is rounded to.
      result = call(kernel, target, {result, factor(1)});
    }
    return call("decimal_scale_up", target, {result, factor(std::min<std::int64_t>(-*digits, most))});
  }

  // Any number of arguments.

  std::optional<ExpressionPointer> extreme() {
    requireCount(1, SIZE_MAX);
    Arguments values = arguments_;
    const Type type = unifyTypes(values, path_);
    std::erase_if(values, [](const ExpressionPointer& value) { return isNullLiteral(*value); });
    if (values.empty()) {
      return makeLiteral(Value::null(type));
    }
    if (values.size() == 1) {
      return values.front();
    }
    // A NULL gives way to a value that is compared anyway: one that is never NULL, or the first there is.
    const auto never = std::ranges::find(values, false, &Expression::nullable);
    const Arguments others = never != values.end() ? Arguments{*never} : values;
    ExpressionPointer result;
    for (const ExpressionPointer& value : values) {
      const ExpressionPointer known = value->nullable ? firstNotNull(value, others) : value;
      result = result ? call(name_, type, {result, known}) : known;
    }
    return result;
  }

  /// `value`, or the first of `others` that is not NULL.
  ExpressionPointer firstNotNull(const ExpressionPointer& value, const Arguments& others) const {
    Arguments branches;
    const auto take = [&](const ExpressionPointer& other) {
      branches.push_back(isNotNull(other));
      branches.push_back(copyExpression(other));
    };
    take(value);
    for (std::size_t index = 0; index + 1 < others.size(); ++index) {
      if (others[index] != value) {
        take(others[index]);
      }
    }
    branches.push_back(copyExpression(others.back()));
    return makeCase(value->type, branches, fmt::format("coalesce({}, ...)", value->text));
  }

  static ExpressionPointer isNotNull(const ExpressionPointer& value) {
    return makeNot(makeIsNull(copyExpression(value), value->text + " is null"), value->text + " is not null");
  }

  std::optional<ExpressionPointer> concat() {
    requireCount(1, SIZE_MAX);
    ExpressionPointer result;
    for (const ExpressionPointer& argument : arguments_) {
      append(result, orEmpty(asText(argument), nullptr));
    }
    return result;
  }

  std::optional<ExpressionPointer> concatWithSeparator() {
    requireCount(2, SIZE_MAX);
    const ExpressionPointer separator = asText(arguments_[0]);
    ExpressionPointer result;
    for (std::size_t index = 1; index < arguments_.size(); ++index) {
      append(result, orEmpty(asText(arguments_[index]), separator));
    }
    // Every part has a separator before it; the first one goes. Where that is NULL the whole becomes it.
    const ExpressionPointer start = bindArithmetic("add",
                                                   {bindFunction("length", {copyExpression(separator)}, text_, path_),
                                                    makeLiteral(Value::integer(Type::bigInt(), 1))},
                                                   text_, path_);
    return bindFunction("substring", {result, start}, text_, path_);
  }

  ExpressionPointer asText(const ExpressionPointer& value) const {
    return castExpression(value, Type::varchar(), path_);
  }

  void append(ExpressionPointer& result, const ExpressionPointer& next) const {
    result = result ? call("concatenate", Type::varchar(), {result, next}) : next;
  }

  /// The value behind the separator if there is one, or an empty text where the value is NULL.
  ExpressionPointer orEmpty(const ExpressionPointer& value, const ExpressionPointer& separator) const {
    if (isNullLiteral(*value)) {
      return makeLiteral(Value::string(Type::varchar(), ""));
    }
    const ExpressionPointer part =
        separator ? call("concatenate", Type::varchar(), {copyExpression(separator), value}) : value;
    if (!value->nullable) {
      return part;
    }
    const ExpressionPointer choice =
        makeCase(Type::varchar(), {isNotNull(value), part, makeLiteral(Value::string(Type::varchar(), ""))}, text_);
    if (separator && separator->nullable) {
      return choice;
    }
    // The value is known not to be NULL where it is taken.
    auto known = std::make_shared<Expression>(*choice);
    known->nullable = false;
    return known;
  }

  // Parts of dates.

  std::optional<ExpressionPointer> datePart() {
    requireCount(2, 2);
    const std::optional<kernels::DatePart> part = constantPart();
    if (!part) {
      throw error("the part of date_part must be a constant text such as 'year'");
    }
    return bindFunction(fmt::format("{}{}", kExtract, kernels::name(*part)), {arguments_[1]}, text_, path_);
  }

  std::optional<ExpressionPointer> dateTruncate() {
    requireCount(2, 2);
    return byPart();
  }

  std::optional<ExpressionPointer> dateDifference() {
    requireCount(3, 3);
    return byPart();
  }

  std::optional<ExpressionPointer> byPart() {
    if (arguments_[0]->type != Type::varchar() && !isNullLiteral(*arguments_[0])) {
      throw error(fmt::format("{} takes the name of a part, such as 'month', as its first argument", name_));
    }
    // A constant that names no part is refused here.
    constantPart();
    Arguments arguments = arguments_;
    arguments[0] = bindFunction("date_part_number", {arguments_[0]}, text_, path_);
    return bindFunction(fmt::format("{}_part", name_), arguments, text_, path_);
  }

  /// The part that a literal names; nothing when the first argument is no literal.
  std::optional<kernels::DatePart> constantPart() const {
    const Expression& argument = *arguments_[0];
    if (!isLiteral(argument) || argument.literal.isNull() || argument.type != Type::varchar()) {
      return std::nullopt;
    }
    const std::string part = argument.literal.asString();
    if (const std::optional<kernels::DatePart> found = kernels::parseDatePart(part)) {
      return found;
    }
    const std::vector<std::string> known(kPartFunctions.begin(), kPartFunctions.end());
    throw error(
        fmt::format("'{}' is no part of a date such as 'year', 'month' or 'hour'{}", part, suggestName(part, known)));
  }

  std::optional<ExpressionPointer> dateAdd() {
    requireCount(2, 2);
    return bindArithmetic("add", arguments_, text_, path_);
  }

  /// log(x) is to base 10.
  std::optional<ExpressionPointer> logarithm() {
    if (arguments_.size() != 1) {
      return std::nullopt;
    }
    return bindFunction("log10", arguments_, text_, path_);
  }

  std::string_view name_;
  const Arguments& arguments_;
  const std::string& text_;
  std::string_view path_;
};

const std::map<std::string_view, FunctionForm::Method>& FunctionForm::methods() {
  static const std::map<std::string_view, Method> kMethods = {
      {"ceil", &FunctionForm::round},
      {"concat", &FunctionForm::concat},
      {"concat_ws", &FunctionForm::concatWithSeparator},
      {"date_add", &FunctionForm::dateAdd},
      {"date_diff", &FunctionForm::dateDifference},
      {"date_part", &FunctionForm::datePart},
      {"date_sub", &FunctionForm::dateDifference},
      {"date_trunc", &FunctionForm::dateTruncate},
      {"floor", &FunctionForm::round},
      {"greatest", &FunctionForm::extreme},
      {"least", &FunctionForm::extreme},
      {"log", &FunctionForm::logarithm},
      {"round", &FunctionForm::round},
      {"sign", &FunctionForm::sign},
      {"trunc", &FunctionForm::round},
  };
  return kMethods;
}

}  // namespace

std::string canonicalFunctionName(std::string_view name) {
  const auto alias = std::ranges::find(kAliases, name, &Alias::name);
  if (alias != kAliases.end()) {
    return std::string(alias->function);
  }
  const bool isExtract = name.starts_with(kExtract);
  if (isExtract || std::ranges::find(kPartFunctions, name) != kPartFunctions.end()) {
    const auto part = kernels::parseDatePart(isExtract ? name.substr(kExtract.size()) : name);
    return part ? fmt::format("{}{}", kExtract, kernels::name(*part)) : std::string(name);
  }
  return std::string(name);
}

std::optional<ExpressionPointer> bindFunctionForm(std::string_view name,
                                                  const std::vector<ExpressionPointer>& arguments,
                                                  const std::string& text, std::string_view path) {
  const auto method = FunctionForm::methods().find(name);
  if (method == FunctionForm::methods().end()) {
    return std::nullopt;
  }
  FunctionForm form(name, arguments, text, path);
  return (form.*method->second)();
}

std::vector<std::string> functionFormNames() {
  std::vector<std::string> names;
  for (const auto& [name, method] : FunctionForm::methods()) {
    names.emplace_back(name);
  }
  for (const Alias& alias : kAliases) {
    names.emplace_back(alias.name);
  }
  names.insert(names.end(), kPartFunctions.begin(), kPartFunctions.end());
  return names;
}

}  // namespace basalt
