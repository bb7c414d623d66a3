#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "operators/KernelCatalog.h"
#include "operators/expression/Binder.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/TypeConversion.h"
#include "operators/expression/TypeMapping.h"
#include "runtime/ExecutionError.h"
#include "runtime/types/Int128.h"

namespace basalt {

namespace {

constexpr bool isWide(Type type) { return type.precision > Type::kMaxInt64Precision; }

/// Builds one cast out of kernels.
class CastBinder {
 public:
  CastBinder(const ExpressionPointer& expression, Type target, bool isTried, std::string_view path)
      : target_(target),
        isTried_(isTried),
        path_(path),
        text_(fmt::format("{}({} as {})", isTried ? "try_cast" : "cast", expression->text, toString(target))) {}

  ExpressionPointer bind(const ExpressionPointer& expression) {
    const Type source = expression->type;
    if (isNullLiteral(*expression)) {
      return makeLiteral(Value::null(target_));
    }
    if (source.isString() && target_.isString()) {
      return withType(expression, target_);
    }
    if (source.isDecimal()) {
      return fromDecimal(expression);
    }
    if (target_.isDecimal()) {
      return toDecimal(expression);
    }
    return byKernel(expression, target_);
  }

 private:
  ExpressionPointer call(std::string_view kernel, Type type, std::vector<ExpressionPointer> arguments) {
    const KernelInfo& found = findKernel(kernel, arguments, text_, path_);
    return isTried_ ? makeTriedCall(found, type, std::move(arguments), text_)
                    : makeCall(found, type, std::move(arguments), text_);
  }

  ExecutionError impossible(const ExpressionPointer& expression, Type type) const {
    return {ErrorCode::InvalidPlan, std::string(path_),
            fmt::format("a value of type {} cannot be cast to {}: {}", toString(expression->type), toString(type),
                        expression->text)};
  }

  ExpressionPointer byKernel(const ExpressionPointer& expression, Type type) {
    const std::string kernel = fmt::format("cast_{}", lowerCaseName(kernelTypeOf(type)));
    for (const KernelInfo& candidate : findKernels(kernel)) {
      if (candidate.arguments.size() == 1 && candidate.arguments[0] == kernelTypeOf(expression->type)) {
        return isTried_ ? makeTriedCall(candidate, type, {expression}, text_)
                        : makeCall(candidate, type, {expression}, text_);
      }
    }
    throw impossible(expression, type);
  }

  ExpressionPointer fromDecimal(const ExpressionPointer& expression) {
    const Type source = expression->type;
    if (target_.isDecimal()) {
      return rescale(expression, source.precision);
    }
    if (target_.isInteger()) {
      ExpressionPointer whole = expression;
      if (source.scale > 0) {
        whole =
            call("decimal_scale_down", Type::decimal(source.precision, 0), {expression, power(source, source.scale)});
      }
      return target_ == Type::bigInt() && !isWide(source) ? withType(whole, target_) : byKernel(whole, target_);
    }
    if (target_.isFloating()) {
      ExpressionPointer number = call("cast_double", Type::doublePrecision(), {expression});
      if (source.scale > 0) {
        number = call("divide", Type::doublePrecision(), {number, floatingPower(source.scale)});
      }
      return target_ == Type::real() ? byKernel(number, target_) : number;
    }
    if (target_ == Type::boolean()) {
      return byKernel(expression, target_);
    }
    if (target_.isString()) {
      return call("decimal_to_varchar", target_,
                  {expression, makeLiteral(Value::integer(Type::integer(), source.scale))});
    }
    throw impossible(expression, target_);
  }

  ExpressionPointer toDecimal(const ExpressionPointer& expression) {
    const Type source = expression->type;
    if (source == Type::boolean()) {
      return toDecimal(byKernel(expression, Type::tinyInt()));
    }
    if (source.isInteger()) {
      const std::uint8_t digits = decimalTypeOf(source)->precision;
      // A bigint may have one digit more than a narrow decimal, so that its type here is only nominal: the checks of
      // rescale() are told the true number.
      const Type storage = isWide(target_) ? Type::decimal(Type::kMaxPrecision, 0)
                                           : Type::decimal(std::min(digits, Type::kMaxInt64Precision), 0);
      const bool hasStorage = source == Type::bigInt() && !isWide(target_);
      return rescale(hasStorage ? withType(expression, storage) : byKernel(expression, storage), digits);
    }
    if (source.isFloating()) {
      ExpressionPointer number = source == Type::real() ? byKernel(expression, Type::doublePrecision()) : expression;
      if (target_.scale > 0) {
        number = call("multiply", Type::doublePrecision(), {number, floatingPower(target_.scale)});
      }
      // Bounded by the integer type only.
      return check(byKernel(number, target_));
    }
    if (source.isString()) {
      // Bounded by the precision that the kernel is told.
      ExpressionPointer number = call("varchar_to_decimal", Type::decimal(Type::kMaxPrecision, target_.scale),
                                      {expression, makeLiteral(Value::integer(Type::integer(), target_.precision)),
                                       makeLiteral(Value::integer(Type::integer(), target_.scale))});
      return isWide(target_) ? withType(number, target_) : byKernel(number, target_);
    }
    throw impossible(expression, target_);
  }

  /// A decimal of at most `digits` digits brought to the target's scale, range and storage.
  ExpressionPointer rescale(const ExpressionPointer& expression, int digits) {
    const bool isWideWork = isWide(expression->type) || isWide(target_);
    const int most = isWideWork ? Type::kMaxPrecision : Type::kMaxInt64Precision;
    const int fromScale = expression->type.scale;
    ExpressionPointer result = expression;
    if (isWideWork && !isWide(result->type)) {
      result = byKernel(result, Type::decimal(Type::kMaxPrecision, result->type.scale));
    }
    const Type scaled = Type::decimal(static_cast<std::uint8_t>(most), target_.scale);
    if (target_.scale > fromScale) {
      digits += target_.scale - fromScale;
      // The checked kernel fails beyond the digits of its storage.
      const std::string_view kernel = digits <= most ? "decimal_scale_up_exact" : "decimal_scale_up";
      result = call(kernel, scaled, {result, power(result->type, target_.scale - fromScale)});
      digits = std::min(digits, most);
    } else if (target_.scale < fromScale) {
      result = call("decimal_scale_down", scaled, {result, power(result->type, fromScale - target_.scale)});
      digits = std::max(digits - (fromScale - target_.scale), 0) + 1;  // rounding may carry: 9.9 becomes 10
    }
    if (digits > target_.precision) {
      result = check(result);
    }
    return isWideWork && !isWide(target_) ? byKernel(result, target_) : withType(result, target_);
  }

  /// Fails unless the unscaled value has at most the target's digits.
  ExpressionPointer check(const ExpressionPointer& expression) {
    return call("decimal_check", expression->type, {expression, power(expression->type, target_.precision)});
  }

  /// 10 to the power of `exponent` as a literal of the storage of `type`.
  static ExpressionPointer power(Type type, int exponent) {
    const Int128 value = powerOfTen(static_cast<unsigned>(exponent));
    return makeLiteral(isWide(type) ? Value::decimal(Type::decimal(Type::kMaxPrecision, 0), value)
                                    : Value::integer(Type::bigInt(), value));
  }
  static ExpressionPointer floatingPower(int exponent) {
    return makeLiteral(
        Value::floating(Type::doublePrecision(), static_cast<double>(powerOfTen(static_cast<unsigned>(exponent)))));
  }

  Type target_;
  bool isTried_;
  std::string_view path_;
  std::string text_;
};

}  // namespace

ExpressionPointer castExpression(const ExpressionPointer& expression, Type target, std::string_view path) {
  return expression->type == target ? expression : CastBinder(expression, target, false, path).bind(expression);
}

ExpressionPointer tryCastExpression(const ExpressionPointer& expression, Type target, std::string_view path) {
  return expression->type == target ? expression : CastBinder(expression, target, true, path).bind(expression);
}

}  // namespace basalt
