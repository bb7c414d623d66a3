#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/types/KernelType.h"
#include "runtime/types/Schema.h"
#include "runtime/types/Value.h"

namespace basalt {

struct KernelInfo;
struct Expression;
using ExpressionPointer = std::shared_ptr<const Expression>;

/// A typed expression over the columns of one operator's input: names resolved, casts explicit, constant parts folded.
/// Immutable. Everything that has a meaning for values is a kernel call; the other kinds route values and NULLs:
/// And and Or are three-valued and may skip later arguments; Case evaluates only the branch taken.
struct Expression {
  enum class Kind : std::uint8_t {
    Column,    ///< column `column` of the input
    Literal,   ///< `literal`, at run time a parameter of the pipeline, so that its value is no part of the signature
    Prepared,  ///< a constant argument that was made ready for its kernel: `prepared`, whose address is the parameter
    Call,      ///< `kernel` on the arguments; NULL when any argument is NULL (then the kernel does not run)
    And,       ///< two or more Boolean arguments
    Or,        ///< two or more Boolean arguments
    IsNull,    ///< one argument of any type; never NULL itself
    Case,      ///< condition, value, condition, value, ..., else value
  };

  Kind kind = Kind::Literal;
  Type type;
  bool nullable = false;
  std::uint32_t column = 0;
  Value literal;
  /// What `prepared` is; it travels as a bigint.
  KernelType preparedType = KernelType::Boolean;
  std::shared_ptr<const void> prepared;
  const KernelInfo* kernel = nullptr;
  /// A call whose result is NULL where the kernel fails. Memory that runs out still is an error.
  bool nullOnError = false;
  std::vector<ExpressionPointer> arguments;
  /// As SQL text, for error messages, EXPLAIN and the names of IR values.
  std::string text;
};

/// Calls `visit` for `expression` and everything below it, arguments first, left to right: the one order in which
/// parameters and error sites are numbered.
void visitExpressions(const Expression& expression, const std::function<void(const Expression&)>& visit);

/// Whether the expression is itself a call whose kernel may fail: an error site.
bool isFallibleCall(const Expression& expression) noexcept;

/// Whether any kernel in the expression may fail, so that evaluating it at all is observable.
bool mayFail(const Expression& expression);

/// Whether it is a parameter of the pipeline: a literal or a prepared constant.
bool isParameter(const Expression& expression) noexcept;

/// Writes a parameter's value at `target`, kParameterBytes at most; what it refers to stays in the expression.
void storeParameter(const Expression& parameter, void* target);

/// The same expression with every column number `c` replaced by `mapping[c]`.
ExpressionPointer remapColumns(const ExpressionPointer& expression, const std::vector<std::uint32_t>& mapping);

/// The same expression in nodes of its own. An expression that is used twice is copied, since nodes stand for places:
/// what is numbered or measured per node must not mix two of them.
ExpressionPointer copyExpression(const ExpressionPointer& expression);

/// A reference to column `index` of `schema`: to its codes, where it has a dictionary.
ExpressionPointer makeColumnReference(const Schema& schema, std::uint32_t index);

}  // namespace basalt
