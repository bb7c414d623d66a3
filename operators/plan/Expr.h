#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/types/Value.h"

namespace basalt {

/// An expression as a plan states it: names not yet resolved, types not yet checked. A value type; cheap to copy
/// (shared, immutable nodes). Built by the functions below, by parseExpression() from SQL text, or from JSON.
class Expr {
 public:
  /// How deep calls and casts may nest. Everything that walks expressions recurses, so their depth bounds the stack it
  /// needs.
  static constexpr std::uint32_t kMaxDepth = 1000;

  enum class Kind : std::uint8_t {
    Column,   ///< a column of the input, by name
    Literal,  ///< a typed constant
    Call,     ///< a function or operator by name: "add", "less", "and", "not", "is_null", "case", "like", ...
    Cast,     ///< its one argument converted to a type
    TryCast,  ///< the same, or NULL where the value cannot be converted
  };

  Kind kind() const noexcept { return node_->kind; }
  /// The column's or function's name.
  const std::string& name() const noexcept { return node_->name; }
  const Value& literal() const noexcept { return node_->literal; }
  const Type& targetType() const noexcept { return node_->targetType; }
  const std::vector<Expr>& arguments() const noexcept { return node_->arguments; }
  /// 1 for a column or a literal, else one more than the deepest argument.
  std::uint32_t depth() const noexcept { return node_->depth; }

  static Expr makeColumn(std::string name);
  /// A NULL of type Boolean, what the text `null` stands for, fits wherever a value is expected.
  static Expr makeLiteral(Value value);
  /// Throws ExecutionError(InvalidPlan) beyond kMaxDepth, as does makeCast().
  static Expr makeCall(std::string function, std::vector<Expr> arguments);
  /// The cast of a literal NULL is the literal NULL of that type.
  static Expr makeCast(Expr argument, Type target);
  static Expr makeTryCast(Expr argument, Type target);

  /// SQL text that parseExpression() reads back to an equal expression. DuckDB reads it, too, where it has the
  /// function.
  std::string toSql() const;

  /// Structural equality (not SQL's `=`, which `equal()` builds).
  bool sameAs(const Expr& other) const;

 private:
  struct Node {
    Kind kind = Kind::Column;
    std::string name;
    Value literal;
    Type targetType;
    std::vector<Expr> arguments;
    std::uint32_t depth = 1;
  };
  static Expr makeCast(Kind kind, Expr argument, Type target);
  explicit Expr(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

/// Reads one expression in SQL's syntax: literals (1, 1.50, 1e3, 'text', true, null, date '1998-12-01', interval '90'
/// day), columns ("quoted" or bare), + - * / // % ||, comparison, AND OR NOT, IS [NOT] NULL, TRUE, FALSE or DISTINCT
/// FROM, [NOT] BETWEEN, IN (...), LIKE and ILIKE (with ESCAPE), CASE, CAST(x AS type), TRY_CAST(x AS type), x::type,
/// f(x, ...), extract(field from x), substring(x from a for b), position(a in x), trim(both a from x). Names are taken
/// as written, save that the names of functions are lower case unless quoted. Operators become calls: "add",
/// "subtract", "multiply", "divide", "integer_divide", "modulo", "negate", "equal", "not_equal", "less", "less_equal",
/// "greater", "greater_equal", "and", "or", "not", "is_null", "is_not_null", "between", "in", "like", "ilike",
/// "like_escape", "ilike_escape", "case" (condition, value, ..., else), "is_distinct_from", "is_not_distinct_from";
/// position() is "strpos", and a side of trim() makes it "ltrim" or "rtrim". A chain of AND or of OR is one call with
/// many arguments. Throws ExecutionError(InvalidPlan) whose message gives the column of the offending token, from 1,
/// and what was expected.
Expr parseExpression(std::string_view sql);

/// Short forms for building plans in C++: `col("l_tax") + lit(1)`, `sql("l_shipdate <= date '1998-09-02'")`.
Expr col(std::string name);
Expr lit(std::int64_t value);
Expr lit(double value);
Expr lit(std::string_view text);
Expr lit(Value value);
Expr sql(std::string_view text);
Expr call(std::string function, std::vector<Expr> arguments);
Expr cast(Expr argument, Type target);
Expr tryCast(Expr argument, Type target);
Expr operator+(Expr left, Expr right);
Expr operator-(Expr left, Expr right);
Expr operator*(Expr left, Expr right);
Expr operator/(Expr left, Expr right);
Expr operator<(Expr left, Expr right);
Expr operator<=(Expr left, Expr right);
Expr operator>(Expr left, Expr right);
Expr operator>=(Expr left, Expr right);
Expr operator&&(Expr left, Expr right);
Expr operator||(Expr left, Expr right);
Expr operator!(Expr argument);
Expr equal(Expr left, Expr right);
Expr notEqual(Expr left, Expr right);

}  // namespace basalt
