#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operators/KernelCatalog.h"
#include "operators/expression/Expression.h"

/// Makes bound expressions, each in the simplest form that means the same: what is constant is computed, conditions
/// that cannot matter are dropped. `text` is the SQL text of the new expression.
namespace basalt {

ExpressionPointer makeLiteral(Value value);

/// An argument of the type `type`, one of those that are pointers, to `object`.
ExpressionPointer makePrepared(KernelType type, std::shared_ptr<const void> object, std::string text);

/// A call with arguments of the kernel's types. Computed now when all are literals, NULL when one is a literal NULL. A
/// call of literals that fails stays a call: it is an error only if a row comes to evaluate it.
ExpressionPointer makeCall(const KernelInfo& kernel, Type type, std::vector<ExpressionPointer> arguments,
                           std::string text);

/// The same, but NULL where the kernel fails.
ExpressionPointer makeTriedCall(const KernelInfo& kernel, Type type, std::vector<ExpressionPointer> arguments,
                                std::string text);

/// The kernel of that name with just these argument types; throws ExecutionError(InvalidPlan) when there is none.
const KernelInfo& findKernel(std::string_view kernel, const std::vector<ExpressionPointer>& arguments,
                             std::string_view text, std::string_view path);

/// makeCall() for that kernel.
ExpressionPointer makeCall(std::string_view kernel, Type type, std::vector<ExpressionPointer> arguments,
                           std::string text, std::string_view path);

/// And or Or of Boolean expressions, nested ones of the same kind included.
ExpressionPointer makeJunction(Expression::Kind kind, const std::vector<ExpressionPointer>& arguments,
                               std::string text);

/// For a comparison the opposite one.
ExpressionPointer makeNot(ExpressionPointer argument, std::string text);

ExpressionPointer makeIsNull(ExpressionPointer argument, std::string text);

/// Condition, value, ..., else value; all values of type `type`.
ExpressionPointer makeCase(Type type, const std::vector<ExpressionPointer>& arguments, std::string text);

/// The expression under another type of the same physical type, such as decimal(16,2) for decimal(15,2).
ExpressionPointer withType(const ExpressionPointer& expression, Type type);

inline bool isLiteral(const Expression& expression) noexcept { return expression.kind == Expression::Kind::Literal; }
inline bool isNullLiteral(const Expression& expression) { return isLiteral(expression) && expression.literal.isNull(); }

}  // namespace basalt
