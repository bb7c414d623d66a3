#include "runtime/storage/SchemaLexer.h"

#include <algorithm>

#include "runtime/storage/Identifier.h"

namespace basalt {

namespace {

bool isDigit(char c) noexcept { return c >= '0' && c <= '9'; }

bool isWordCharacter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_' || static_cast<signed char>(c) < 0;
}

bool isBlank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

SchemaToken SchemaLexer::next() {
  skipBlanksAndComments();
  SchemaToken token{SchemaToken::Kind::End, {}, position_};
  if (position_ == text_.size()) {
    return token;
  }
  const char first = text_[position_];
  if (first == '"') {
    token.kind = SchemaToken::Kind::QuotedName;
    token.text = takeQuotedName();
  } else if (isWordCharacter(first)) {
    token.kind = isDigit(first) ? SchemaToken::Kind::Number : SchemaToken::Kind::Word;
    while (position_ < text_.size() && isWordCharacter(text_[position_])) {
      ++position_;
    }
    token.text = inLowerCase(text_.substr(token.position, position_ - token.position));
  } else {
    token.kind = SchemaToken::Kind::Symbol;
    token.text = text_.substr(position_++, 1);
  }
  return token;
}

void SchemaLexer::skipBlanksAndComments() {
  while (position_ < text_.size()) {
    const std::string_view rest = text_.substr(position_);
    if (isBlank(rest.front())) {
      ++position_;
    } else if (rest.starts_with("--")) {
      position_ += std::min(rest.find('\n'), rest.size());
    } else if (rest.starts_with("/*")) {
      const std::size_t end = rest.find("*/", 2);
      if (end == std::string_view::npos) {
        fail(ErrorCode::InvalidUsage, position_, "expected */ at the end of this comment");
      }
      position_ += end + 2;
    } else {
      return;
    }
  }
}

std::string SchemaLexer::takeQuotedName() {
  const std::size_t start = position_++;
  std::string name;
  while (position_ < text_.size()) {
    const char c = text_[position_++];
    if (c != '"') {
      name.push_back(c);
    } else if (position_ < text_.size() && text_[position_] == '"') {
      name.push_back('"');
      ++position_;
    } else if (name.empty()) {
      break;
    } else {
      return name;
    }
  }
  fail(ErrorCode::InvalidUsage, start, "expected a name in double quotes");
}

void SchemaLexer::fail(ErrorCode code, std::size_t position, const std::string& message) const {
  const std::string_view before = text_.substr(0, position);
  const std::size_t line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
  const std::size_t lineStart = before.find_last_of('\n') + 1;  // npos wraps to 0
  throw ExecutionError(code, place_ + ":" + std::to_string(line) + ":" + std::to_string(position - lineStart + 1),
                       message);
}

}  // namespace basalt
