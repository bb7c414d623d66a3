#include "operators/plan/SqlCursor.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/ExecutionError.h"

namespace basalt {

namespace {

std::string spelling(const SqlToken& token) {
  constexpr std::size_t kLongest = 30;
  return token.kind == SqlToken::Kind::String ? "a string"
         : token.text.size() > kLongest       ? token.text.substr(0, kLongest) + "..."
                                              : token.text;
}

}  // namespace

const SqlToken& SqlCursor::token(std::size_t ahead) const {
  return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

void SqlCursor::fail(std::string_view expected) const {
  const SqlToken& found = token();
  throw sqlSyntaxError(sql_, found.offset,
                       found.kind == SqlToken::Kind::End
                           ? fmt::format("expected {} but the text ends", expected)
                           : fmt::format("expected {} but found {}", expected, spelling(found)));
}

bool SqlCursor::acceptSymbol(std::string_view symbol) {
  const bool matches = token().isSymbol(symbol);
  position_ += matches ? 1 : 0;
  return matches;
}

bool SqlCursor::acceptKeyword(std::string_view keyword) {
  const bool matches = token().isKeyword(keyword);
  position_ += matches ? 1 : 0;
  return matches;
}

void SqlCursor::expectSymbol(std::string_view symbol) {
  if (!acceptSymbol(symbol)) {
    fail(symbol);
  }
}

void SqlCursor::expectKeyword(std::string_view keyword) {
  if (!acceptKeyword(keyword)) {
    fail(keyword);
  }
}

std::size_t SqlCursor::typeNameLength() const {
  if (token().kind != SqlToken::Kind::Name) {
    return 0;
  }
  std::size_t length = 1;
  if ((token().keyword == "double" && token(1).isKeyword("precision")) ||
      (token().keyword == "character" && token(1).isKeyword("varying"))) {
    length = 2;
  }
  if (!token(length).isSymbol("(") || token(length + 1).kind != SqlToken::Kind::Number) {
    return length;
  }
  if (token(length + 2).isSymbol(")")) {
    return length + 3;
  }
  const bool hasTwo = token(length + 2).isSymbol(",") && token(length + 3).kind == SqlToken::Kind::Number &&
                      token(length + 4).isSymbol(")");
  return hasTwo ? length + 5 : length;
}

Type SqlCursor::readTypeName() {
  const std::size_t length = typeNameLength();
  if (length == 0) {
    fail("a type");
  }
  const std::size_t offset = token().offset;
  std::string text;
  for (std::size_t index = 0; index < length; ++index, ++position_) {
    text += (!text.empty() && token().kind == SqlToken::Kind::Name ? " " : "") + token().text;
  }
  try {
    return parseType(text);
  } catch (const ExecutionError& error) {
    throw sqlSyntaxError(sql_, offset, error.message());
  }
}

}  // namespace basalt
