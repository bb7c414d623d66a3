#pragma once

#include <memory>
#include <optional>

#include "operators/expression/Expression.h"
#include "runtime/types/Dictionary.h"

/// Strings by their codes. A column of a table with a dictionary leaves its scan as codes, integers of a few bytes, and
/// operators store, hash, compare and sort these: only where an expression wants the string is the code followed. What
/// binding an expression yields never are codes: a name of such a column becomes a call that decodes it. Operators that
/// only pass a value on, or compare it with itself, ask for the codes behind the call. (DuckDB calls a relative of this
/// compressed materialization.)
namespace basalt {

/// The strings that `codes`, integers, stand for.
ExpressionPointer decode(ExpressionPointer codes, const std::shared_ptr<const Dictionary>& dictionary);

/// A value as an operator may pass it on.
struct PassedValue {
  /// Codes, where there is a dictionary.
  ExpressionPointer value;
  std::shared_ptr<const Dictionary> dictionary;

  Field field(std::string name) const { return {std::move(name), value->type, value->nullable, dictionary}; }
};

/// The columns with the types of their strings where they hold codes.
Schema withoutCodes(const Schema& schema);

/// Whether it is a call of decode().
bool isDecoding(const Expression& value) noexcept;

/// The codes behind such a call, else the value itself.
PassedValue passOn(const ExpressionPointer& value);

}  // namespace basalt
