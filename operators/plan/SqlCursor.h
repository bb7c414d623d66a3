#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "operators/plan/SqlLexer.h"
#include "runtime/types/Type.h"

namespace basalt {

/// A place in the words of one expression text. What is not as expected throws as parseExpression() does.
class SqlCursor {
 public:
  explicit SqlCursor(std::string_view sql) : sql_(sql), tokens_(tokenizeSql(sql)) {}

  std::string_view sql() const noexcept { return sql_; }
  /// The word at the place, or some words ahead; the End token behind the last.
  const SqlToken& token(std::size_t ahead = 0) const;
  void advance(std::size_t words = 1) { position_ += words; }

  bool acceptSymbol(std::string_view symbol);
  bool acceptKeyword(std::string_view keyword);
  void expectSymbol(std::string_view symbol);
  void expectKeyword(std::string_view keyword);
  [[noreturn]] void fail(std::string_view expected) const;

  /// The number of words of a type's name at the place, its parameters included; 0 when there is none.
  std::size_t typeNameLength() const;
  Type readTypeName();

 private:
  std::string_view sql_;
  std::vector<SqlToken> tokens_;
  std::size_t position_ = 0;
};

}  // namespace basalt
