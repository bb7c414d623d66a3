#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/ExecutionError.h"

namespace basalt {

/// One word of expression text.
struct SqlToken {
  enum class Kind : std::uint8_t { Name, QuotedName, Number, String, Symbol, End };

  Kind kind = Kind::End;
  /// Without quotes and escapes; as written for a name.
  std::string text;
  /// The same in lower case, for names only: what keywords are compared with.
  std::string keyword;
  /// Where it starts, in bytes.
  std::size_t offset = 0;

  bool isSymbol(std::string_view symbol) const noexcept { return kind == Kind::Symbol && text == symbol; }
  bool isKeyword(std::string_view word) const noexcept { return kind == Kind::Name && keyword == word; }
};

/// The words of `sql`, an End token last. Throws as parseExpression() does.
std::vector<SqlToken> tokenizeSql(std::string_view sql);

/// The error for a mistake at byte `offset` of `sql`: its message is `what`, the column, and the text.
ExecutionError sqlSyntaxError(std::string_view sql, std::size_t offset, std::string_view what);

}  // namespace basalt
