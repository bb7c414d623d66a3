#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/types/Value.h"

/// The facts about expression text that its reader and its printer must agree on.
namespace basalt::sqlsyntax {

/// How tightly an operator binds; a larger number binds tighter.
enum Precedence : int {
  kOr = 1,
  kAnd,
  kNot,
  kComparison,  // also IS NULL, BETWEEN, IN, LIKE; these do not chain
  kConcatenation,
  kAdditive,
  kMultiplicative,
  kUnary,
  kPrimary,
  /// What stands beside a comparison, or in a predicate.
  kOperand = kConcatenation,
};

/// extract(field from x) is the call of the function with this prefix before the field.
inline constexpr std::string_view kExtractPrefix = "extract_";

struct BinaryOperator {
  std::string_view symbol;
  std::string_view function;
  Precedence precedence;
};

/// Left-associative operators and comparisons; the first symbol of a function is the one printed.
inline constexpr std::array kBinaryOperators = {
    BinaryOperator{"+", "add", kAdditive},
    BinaryOperator{"-", "subtract", kAdditive},
    BinaryOperator{"||", "concatenate", kConcatenation},
    BinaryOperator{"*", "multiply", kMultiplicative},
    BinaryOperator{"/", "divide", kMultiplicative},
    BinaryOperator{"//", "integer_divide", kMultiplicative},
    BinaryOperator{"%", "modulo", kMultiplicative},
    BinaryOperator{"=", "equal", kComparison},
    BinaryOperator{"<>", "not_equal", kComparison},
    BinaryOperator{"!=", "not_equal", kComparison},
    BinaryOperator{"<", "less", kComparison},
    BinaryOperator{"<=", "less_equal", kComparison},
    BinaryOperator{">", "greater", kComparison},
    BinaryOperator{">=", "greater_equal", kComparison},
};

/// True for a word that means something else than a name unless it is quoted; expects lower case.
bool isReserved(std::string_view lowerCaseWord) noexcept;

std::string lowerCase(std::string_view text);

/// True when `name` can stand unquoted as a column or a function.
bool isPlainName(std::string_view name);

/// The same for a column, in the dialects of PostgreSQL and DuckDB too, which reserve more words: what is printed is to
/// be read by others.
bool isPlainColumnName(std::string_view name);

/// The value a numeric token stands for: integer or bigint when it has only digits and fits, double when it has an
/// exponent, else decimal with just the digits it needs. Nothing when it has more digits than a decimal can hold.
std::optional<Value> numericLiteral(std::string_view digits, bool isNegative);

}  // namespace basalt::sqlsyntax
