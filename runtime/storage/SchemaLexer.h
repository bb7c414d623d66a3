#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/ExecutionError.h"

namespace basalt {

/// A token of SQL text.
struct SchemaToken {
  enum class Kind : std::uint8_t { Word, QuotedName, Number, Symbol, End };
  Kind kind = Kind::End;
  /// Words in lower case, quoted names without quotes.
  std::string text;
  std::size_t position = 0;
};

/// Cuts SQL text into tokens, leaving out blanks and comments, and knows where they stand. Text and place outlive it.
class SchemaLexer {
 public:
  SchemaLexer(std::string_view text, const std::string& place) : text_(text), place_(place) {}

  /// The next token; End from the end of the text on. Throws ExecutionError(InvalidUsage) for an open comment or quote.
  SchemaToken next();
  /// Throws the error at "place:line:column" of a position in the text.
  [[noreturn]] void fail(ErrorCode code, std::size_t position, const std::string& message) const;

 private:
  void skipBlanksAndComments();
  std::string takeQuotedName();

  std::string_view text_;
  const std::string& place_;
  std::size_t position_ = 0;
};

}  // namespace basalt
