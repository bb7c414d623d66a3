#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/plan/Expr.h"
#include "operators/plan/SqlCursor.h"

namespace basalt {

/// What parseExpression() runs: precedence climbing over the words of one expression. parse(p) reads everything that
/// binds at least as tightly as p.
class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view sql) : cursor_(sql) {}

  /// The whole text as one expression.
  Expr run();

 private:
  // Operators and predicates: ExpressionParser.cpp.
  Expr parse(int minimum);
  Expr parsePrefix(int minimum);
  Expr parsePostfix(Expr expression);
  bool parseInfix(Expr& left, int minimum);
  Expr parseChain(Expr left, std::string keyword, int operandPrecedence);
  bool parsePredicate(Expr& left);
  Expr parseIs(Expr left, std::size_t offset);
  void rejectChain() const;

  // What operators stand between: PrimaryParser.cpp.
  Expr parsePrimary();
  Expr parseReserved();
  Expr parseNumber(bool isNegative);
  std::optional<Expr> parseTypedLiteral();
  Expr parseInterval();
  Expr parseCase(std::size_t offset);
  Expr parseCast(const SqlToken& name);
  Expr parseExtract(const SqlToken& name);
  Expr parseCall(const SqlToken& name, std::string function);
  Expr parsePosition(const SqlToken& name);
  Expr parseSubstring(const SqlToken& name);
  Expr parseTrim(const SqlToken& name);
  void parseArguments(std::vector<Expr>& arguments);

  /// A call whose operator or name is at byte `offset`; an error there when it nests too deep.
  Expr makeCall(std::size_t offset, std::string function, std::vector<Expr> arguments) const;
  void checkDepth(std::size_t offset, const Expr& argument) const;

  SqlCursor cursor_;
  std::uint32_t nesting_ = 0;
};

}  // namespace basalt
