#include "operators/plan/SqlLexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "operators/plan/SqlSyntax.h"

namespace basalt {

namespace {

constexpr bool isSpace(char character) {
  return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}
constexpr bool isDigit(char character) { return character >= '0' && character <= '9'; }
constexpr bool isNameStart(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_';
}
constexpr bool isContinuationByte(char character) { return (static_cast<unsigned char>(character) & 0xC0U) == 0x80U; }

// Longest first, so that "<=" is not read as "<" and "=".
constexpr std::array<std::string_view, 18> kSymbols = {"<=", ">=", "<>", "!=", "::", "||", "//", "(", ")",
                                                       ",",  "+",  "-",  "*",  "/",  "%",  "=",  "<", ">"};

class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  std::vector<SqlToken> run() {
    std::vector<SqlToken> tokens;
    do {
      while (position_ < sql_.size() && isSpace(sql_[position_])) {
        ++position_;
      }
      tokens.push_back(next());
    } while (tokens.back().kind != SqlToken::Kind::End);
    return tokens;
  }

 private:
  char peek(std::size_t ahead = 0) const { return position_ + ahead < sql_.size() ? sql_[position_ + ahead] : '\0'; }

  SqlToken next() {
    const std::size_t start = position_;
    if (position_ == sql_.size()) {
      return {SqlToken::Kind::End, "", "", start};
    }
    const char first = peek();
    if (isNameStart(first)) {
      while (isNameStart(peek()) || isDigit(peek())) {
        ++position_;
      }
      std::string text(sql_.substr(start, position_ - start));
      std::string keyword = sqlsyntax::lowerCase(text);
      return {SqlToken::Kind::Name, std::move(text), std::move(keyword), start};
    }
    if (isDigit(first) || (first == '.' && isDigit(peek(1)))) {
      return number();
    }
    if (first == '\'') {
      return {SqlToken::Kind::String, quoted(first), "", start};
    }
    if (first == '"') {
      return {SqlToken::Kind::QuotedName, quoted(first), "", start};
    }
    for (const std::string_view symbol : kSymbols) {
      if (sql_.substr(position_).starts_with(symbol)) {
        position_ += symbol.size();
        return {SqlToken::Kind::Symbol, std::string(symbol), "", start};
      }
    }
    std::size_t end = position_ + 1;
    while (end < sql_.size() && isContinuationByte(sql_[end])) {
      ++end;
    }
    throw sqlSyntaxError(
        sql_, start,
        fmt::format("expected a name, a literal or an operator but found {}", sql_.substr(start, end - start)));
  }

  SqlToken number() {
    const std::size_t start = position_;
    const auto skipDigits = [this] {
      while (isDigit(peek())) {
        ++position_;
      }
    };
    skipDigits();
    if (peek() == '.') {
      ++position_;
      skipDigits();
    }
    if (peek() == 'e' || peek() == 'E') {
      const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
      if (isDigit(peek(sign))) {
        position_ += sign;
        skipDigits();
      }
    }
    if (isNameStart(peek()) || peek() == '.') {
      throw sqlSyntaxError(sql_, position_, fmt::format("expected the number to end but found {}", peek()));
    }
    return {SqlToken::Kind::Number, std::string(sql_.substr(start, position_ - start)), "", start};
  }

  /// The text between two quotes; a doubled quote stands for one.
  std::string quoted(char quote) {
    const std::size_t start = position_;
    std::string text;
    for (++position_; position_ < sql_.size(); ++position_) {
      if (sql_[position_] == quote) {
        ++position_;
        if (peek() != quote) {
          return text;
        }
      }
      text.push_back(sql_[position_]);
    }
    throw sqlSyntaxError(sql_, start, fmt::format("expected a closing {} for the one", quote));
  }

  std::string_view sql_;
  std::size_t position_ = 0;
};

}  // namespace

std::vector<SqlToken> tokenizeSql(std::string_view sql) { return Lexer(sql).run(); }

ExecutionError sqlSyntaxError(std::string_view sql, std::size_t offset, std::string_view what) {
  const auto column =
      1 + std::ranges::count_if(sql.substr(0, offset), [](char character) { return !isContinuationByte(character); });
  // Long text is cut to the neighbourhood of the mistake, at whole characters.
  constexpr std::size_t kBefore = 40;
  constexpr std::size_t kLength = 100;
  std::size_t begin = offset > kBefore ? offset - kBefore : 0;
  while (begin > 0 && isContinuationByte(sql[begin])) {
    --begin;
  }
  std::size_t end = std::min(sql.size(), begin + kLength);
  while (end < sql.size() && isContinuationByte(sql[end])) {
    ++end;
  }
  return {ErrorCode::InvalidPlan, "expression",
          fmt::format("{} at column {} of: {}{}{}", what, column, begin > 0 ? "..." : "",
                      sql.substr(begin, end - begin), end < sql.size() ? "..." : "")};
}

}  // namespace basalt
