#include "operators/expression/TypeConversion.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/plan/SqlSyntax.h"
#include "runtime/ExecutionError.h"
#include "runtime/types/Int128.h"

namespace basalt {

namespace {

std::uint8_t digitsOf(Int128 value) {
  std::uint8_t digits = 1;
  for (Int128 rest = value / 10; rest != 0; rest /= 10) {
    ++digits;
  }
  return digits;
}

/// An unscaled value brought to another scale; nothing when digits would be lost or the number leaves 128 bits.
std::optional<Int128> rescaleExactly(Int128 value, int fromScale, int toScale) {
  if (toScale >= fromScale) {
    Int128 result = 0;
    if (__builtin_mul_overflow(value, powerOfTen(static_cast<unsigned>(toScale - fromScale)), &result)) {
      return std::nullopt;
    }
    return result;
  }
  const Int128 factor = powerOfTen(static_cast<unsigned>(fromScale - toScale));
  return value % factor == 0 ? std::optional(value / factor) : std::nullopt;
}

bool fits(Int128 value, Type type) {
  if (type.isDecimal()) {
    return digitsOf(value) <= type.precision;
  }
  const Int128 bound = Int128{1} << (8 * byteSize(type.physical()) - 1);
  return value >= -bound && value < bound;
}

std::optional<Value> adaptText(const std::string& text, Type target) {
  if (target.isInteger() || target.isDecimal()) {
    const bool isNegative = text.starts_with('-');
    const std::string_view digits = std::string_view(text).substr(isNegative ? 1 : 0);
    if (digits.empty() || digits.find_first_not_of("0123456789.") != std::string_view::npos ||
        std::ranges::count(digits, '.') > 1 || digits == ".") {
      return std::nullopt;
    }
    return sqlsyntax::numericLiteral(digits, isNegative);
  }
  try {
    return Value::parse(target, text);
  } catch (const ExecutionError&) {
    return std::nullopt;
  }
}

Type commonTypeOf(Type left, Type right, std::string_view path) {
  if (left == right) {
    return left;
  }
  if (left.isNumeric() && right.isNumeric()) {
    if (left.isFloating() || right.isFloating()) {
      return Type::doublePrecision();
    }
    if (left.isInteger() && right.isInteger()) {
      return left.id > right.id ? left : right;
    }
    const Type leftDecimal = *decimalTypeOf(left);
    const Type rightDecimal = *decimalTypeOf(right);
    const int scale = std::max(leftDecimal.scale, rightDecimal.scale);
    const int whole = std::max(leftDecimal.precision - leftDecimal.scale, rightDecimal.precision - rightDecimal.scale);
    // Where 38 digits do not suffice, the cast's check speaks for the values that need more.
    return Type::decimal(static_cast<std::uint8_t>(std::min<int>(whole + scale, Type::kMaxPrecision)),
                         static_cast<std::uint8_t>(scale));
  }
  const auto isDateOrTimestamp = [](Type type) { return type.id == TypeId::Date || type.id == TypeId::Timestamp; };
  if (isDateOrTimestamp(left) && isDateOrTimestamp(right)) {
    return Type::timestamp();
  }
  throw ExecutionError(
      ErrorCode::InvalidPlan, std::string(path),
      fmt::format("values of these types do not go together: {} and {}", toString(left), toString(right)));
}

bool isStringLiteral(const Expression& expression) {
  return isLiteral(expression) && expression.type.id == TypeId::Varchar && !expression.literal.isNull();
}

/// The type that the expressions are brought to apart from what literals may add; nothing when all are bare NULLs.
std::optional<Type> typeOfNonLiterals(const std::vector<ExpressionPointer>& expressions, std::string_view path) {
  std::optional<Type> type;
  const auto include = [&](const Expression& expression) {
    // Among literals only, integers take no more digits than they need beside decimals.
    const Type own = expression.type;
    type =
        type ? commonTypeOf(*type, type->isDecimal() && own.isInteger() ? *decimalTypeOf(expression) : own, path) : own;
  };
  for (const ExpressionPointer& expression : expressions) {
    if (!isLiteral(*expression)) {
      include(*expression);
    }
  }
  if (type) {
    return type;
  }
  // A string literal follows the others, whichever it meets.
  for (const bool wantStrings : {false, true}) {
    for (const ExpressionPointer& expression : expressions) {
      if (!isNullLiteral(*expression) && isStringLiteral(*expression) == wantStrings) {
        include(*expression);
      }
    }
    if (type) {
      return type;
    }
  }
  // NULLs only: those that have been cast have a type.
  for (const ExpressionPointer& expression : expressions) {
    if (expression->type != Type::boolean()) {
      include(*expression);
    }
  }
  return type;
}

}  // namespace

std::optional<Type> decimalTypeOf(Type type) {
  switch (type.id) {
    case TypeId::TinyInt:
      return Type::decimal(3, 0);
    case TypeId::SmallInt:
      return Type::decimal(5, 0);
    case TypeId::Integer:
      return Type::decimal(10, 0);
    case TypeId::BigInt:
      return Type::decimal(19, 0);
    case TypeId::Decimal:
      return type;
    default:
      return std::nullopt;
  }
}

std::optional<Type> decimalTypeOf(const Expression& expression) {
  if (isLiteral(expression) && expression.type.isInteger() && !expression.literal.isNull()) {
    return Type::decimal(digitsOf(expression.literal.asInt128()), 0);
  }
  return decimalTypeOf(expression.type);
}

std::optional<ExpressionPointer> adaptLiteral(const ExpressionPointer& expression, Type target) {
  if (!isLiteral(*expression)) {
    return std::nullopt;
  }
  const Type type = expression->type;
  if (type == target) {
    return expression;
  }
  if (expression->literal.isNull()) {
    return makeLiteral(Value::null(target));
  }
  if (type.id == TypeId::Varchar && target.id != TypeId::Varchar) {
    const std::optional<Value> value = adaptText(expression->literal.asString(), target);
    return value ? adaptLiteral(makeLiteral(*value), target) : std::nullopt;
  }
  const bool isExact = type.isInteger() || type.isDecimal();
  if (isExact && (target.isInteger() || target.isDecimal())) {
    const std::optional<Int128> value = rescaleExactly(expression->literal.asInt128(), type.scale, target.scale);
    return value && fits(*value, target) ? std::optional(makeLiteral(Value::integer(target, *value))) : std::nullopt;
  }
  if (type.isNumeric() && target.isFloating()) {
    ExpressionPointer converted = castExpression(expression, target, "");
    // A number out of the target's range stays a call that fails.
    return isLiteral(*converted) ? std::optional(std::move(converted)) : std::nullopt;
  }
  return std::nullopt;
}

Type unifyTypes(std::vector<ExpressionPointer>& expressions, std::string_view path) {
  const std::optional<Type> first = typeOfNonLiterals(expressions, path);
  Type type = first.value_or(Type::boolean());
  for (const ExpressionPointer& expression : expressions) {
    if (!isLiteral(*expression) || adaptLiteral(expression, type)) {
      continue;
    }
    if (isStringLiteral(*expression) && type.id != TypeId::Varchar) {
      throw ExecutionError(
          ErrorCode::InvalidPlan, std::string(path),
          fmt::format("expected text in the form of type {} but found: {}", toString(type), expression->text));
    }
    const bool meetsDecimal = type.isDecimal() && expression->type.isInteger();
    type = commonTypeOf(type, meetsDecimal ? *decimalTypeOf(*expression) : expression->type, path);
  }
  for (ExpressionPointer& expression : expressions) {
    const std::optional<ExpressionPointer> adapted = adaptLiteral(expression, type);
    expression = adapted ? *adapted : castExpression(expression, type, path);
  }
  return type;
}

Type commonType(Type left, Type right, std::string_view path) { return commonTypeOf(left, right, path); }

}  // namespace basalt
