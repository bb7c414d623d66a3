#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/FunctionBinder.h"
#include "operators/expression/TypeConversion.h"
#include "runtime/ExecutionError.h"

namespace basalt {

namespace {

constexpr std::array<std::string_view, 7> kArithmetic = {"abs",      "add",    "divide",  "modulo",
                                                         "multiply", "negate", "subtract"};

Type decimalType(int precision, int scale) {
  return Type::decimal(static_cast<std::uint8_t>(precision), static_cast<std::uint8_t>(scale));
}

/// A binary operation on two decimals, or on a decimal and an integer.
class DecimalArithmetic {
 public:
  DecimalArithmetic(std::string_view function, std::vector<ExpressionPointer> arguments, std::string text,
                    std::string_view path)
      : function_(function),
        left_(std::move(arguments[0])),
        right_(std::move(arguments[1])),
        leftType_(*decimalTypeOf(*left_)),
        rightType_(*decimalTypeOf(*right_)),
        text_(std::move(text)),
        path_(path) {}

  ExpressionPointer bind() {
    if (function_ == "multiply") {
      return multiply();
    }
    return function_ == "modulo" ? modulo() : addOrSubtract();
  }

 private:
  static constexpr int kNarrow = Type::kMaxInt64Precision;
  static constexpr int kWide = Type::kMaxPrecision;

  int wholeDigits() const {
    return std::max(leftType_.precision - leftType_.scale, rightType_.precision - rightType_.scale);
  }
  int commonScale() const { return std::max(leftType_.scale, rightType_.scale); }
  bool bothNarrow() const { return leftType_.precision <= kNarrow && rightType_.precision <= kNarrow; }

  ExpressionPointer call(std::string_view kernel, Type type, ExpressionPointer left, ExpressionPointer right) {
    return makeCall(kernel, type, {std::move(left), std::move(right)}, text_, path_);
  }

  /// An operand with the scale, in 64 or 128 bits, under the smallest type that holds it.
  ExpressionPointer operand(const ExpressionPointer& expression, Type type, int scale, bool isWide) const {
    const int digits = std::min(type.precision - type.scale + scale, kWide);
    return castExpression(expression, decimalType(std::max(digits, isWide ? kNarrow + 1 : 1), scale), path_);
  }

  ExpressionPointer addOrSubtract() {
    const int scale = commonScale();
    const int digits = wholeDigits() + scale + 1;
    // One digit more than 18 is unlikely to be needed: checked 64-bit arithmetic costs much less than 128 bits.
    const bool isWide = !bothNarrow() || digits > kNarrow + 1;
    const int most = isWide ? kWide : kNarrow;
    const std::string kernel = fmt::format("decimal_{}{}", function_, digits <= most ? "_exact" : "");
    return call(kernel, decimalType(std::min(digits, most), scale), operand(left_, leftType_, scale, isWide),
                operand(right_, rightType_, scale, isWide));
  }

  ExpressionPointer multiply() {
    const int scale = leftType_.scale + rightType_.scale;
    const int digits = leftType_.precision + rightType_.precision;
    if (scale > kWide) {
      throw ExecutionError(
          ErrorCode::InvalidPlan, std::string(path_),
          fmt::format("the product would have {} digits behind the point, more than {}; cast an operand in: {}", scale,
                      kWide, text_));
    }
    if (bothNarrow()) {
      const ExpressionPointer left = operand(left_, leftType_, leftType_.scale, false);
      const ExpressionPointer right = operand(right_, rightType_, rightType_.scale, false);
      if (digits <= kNarrow) {
        return call("decimal_multiply_exact", decimalType(digits, scale), left, right);
      }
      if (scale <= kNarrow) {
        return call("decimal_multiply", decimalType(kNarrow, scale), left, right);
      }
      return call("decimal_multiply_wide", decimalType(digits, scale), left, right);
    }
    return call(digits <= kWide ? "decimal_multiply_exact" : "decimal_multiply",
                decimalType(std::min(digits, kWide), scale), operand(left_, leftType_, leftType_.scale, true),
                operand(right_, rightType_, rightType_.scale, true));
  }

  ExpressionPointer modulo() {
    const int scale = commonScale();
    const int digits = std::min(wholeDigits() + scale, kWide);
    const bool isWide = digits > kNarrow;
    return call("modulo", decimalType(digits, scale), operand(left_, leftType_, scale, isWide),
                operand(right_, rightType_, scale, isWide));
  }

  std::string_view function_;
  ExpressionPointer left_;
  ExpressionPointer right_;
  Type leftType_;
  Type rightType_;
  std::string text_;
  std::string_view path_;
};

}  // namespace

bool isArithmetic(std::string_view name) noexcept { return std::ranges::find(kArithmetic, name) != kArithmetic.end(); }

ExpressionPointer bindArithmetic(std::string_view name, std::vector<ExpressionPointer> arguments, std::string text,
                                 std::string_view path) {
  if (arguments.size() == 1 && arguments[0]->type.isDecimal() && (name == "negate" || name == "abs")) {
    const Type type = arguments[0]->type;
    return makeCall(name, type, std::move(arguments), std::move(text), path);
  }
  if (arguments.size() != 2) {
    return bindFunction(name, arguments, std::move(text), path);
  }
  // The sum of a date and an interval is written either way, and so is a multiple of an interval.
  const auto isPointInTime = [](Type type) {
    return type == Type::date() || type == Type::time() || type == Type::timestamp();
  };
  const Type second = arguments[1]->type;
  if (arguments[0]->type == Type::interval() && name == "add" && isPointInTime(second)) {
    std::swap(arguments[0], arguments[1]);
  } else if (second == Type::interval() && name == "multiply" && arguments[0]->type.isNumeric()) {
    std::swap(arguments[0], arguments[1]);
  }
  // A bare NULL takes the type of what it meets.
  for (std::size_t index : {0U, 1U}) {
    const Type other = arguments[1 - index]->type;
    if (isNullLiteral(*arguments[index]) && arguments[index]->type == Type::boolean() && other.isNumeric()) {
      arguments[index] = makeLiteral(Value::null(other));
    }
  }
  const bool isExact = decimalTypeOf(*arguments[0]).has_value() && decimalTypeOf(*arguments[1]).has_value();
  if (name != "divide" && isExact && (arguments[0]->type.isDecimal() || arguments[1]->type.isDecimal())) {
    return DecimalArithmetic(name, std::move(arguments), std::move(text), path).bind();
  }
  return bindFunction(name, arguments, std::move(text), path);
}

}  // namespace basalt
