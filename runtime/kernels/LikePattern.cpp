#include "runtime/kernels/LikePattern.h"

#include <algorithm>
#include <cstring>

#include "runtime/kernels/ByteSearch.h"
#include "runtime/kernels/CaseTable.h"
#include "runtime/types/Utf8.h"

namespace basalt {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// One element of a pattern: %, _ or bytes that stand for themselves.
struct Token {
  enum class Kind : std::uint8_t { AnyText, AnyCharacter, Character };
  Kind kind;
  /// The character's bytes.
  std::string_view bytes;
  /// Where the next one begins.
  std::size_t end;
};

Token tokenAt(std::string_view pattern, std::size_t position, std::string_view escape) noexcept {
  const bool isEscaped = !escape.empty() && pattern.substr(position).starts_with(escape);
  if (!isEscaped && pattern[position] == '%') return {Token::Kind::AnyText, {}, position + 1};
  if (!isEscaped && pattern[position] == '_') return {Token::Kind::AnyCharacter, {}, position + 1};
  const std::size_t begin = position + (isEscaped ? escape.size() : 0);
  const std::size_t end = skipCharacters(pattern, begin, 1);
  return {Token::Kind::Character, pattern.substr(begin, end - begin), end};
}

std::uint32_t lowerCharacter(std::uint32_t code) noexcept {
  if (code >= 0x80) return kernels::changeCase(code, kernels::kToLower);
  return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
}

/// Where the character at `position` ends when it is `wanted`, or kNone.
std::size_t matchCharacter(std::string_view text, std::size_t position, std::string_view wanted,
                           bool ignoresCase) noexcept {
  if (!ignoresCase) return text.substr(position).starts_with(wanted) ? position + wanted.size() : kNone;
  const std::size_t end = skipCharacters(text, position, 1);
  const std::string_view found = text.substr(position, end - position);
  if (found == wanted) return end;
  const std::optional<char32_t> left = decodeCharacter(found);
  const std::optional<char32_t> right = decodeCharacter(wanted);
  return left && right && lowerCharacter(*left) == lowerCharacter(*right) ? end : kNone;
}

}  // namespace

// Each % first stands for nothing and then, whenever what follows does not match, for one character more. Only the last
// % ever need be tried again, so the time is at most text times pattern.
bool matchesPattern(std::string_view text, std::string_view pattern, std::string_view escape,
                    bool ignoresCase) noexcept {
  std::size_t position = 0;
  std::size_t next = 0;
  std::size_t retryPosition = 0;
  std::size_t retryNext = kNone;
  for (;;) {
    std::size_t end = kNone;
    if (next == pattern.size()) {
      if (position == text.size()) return true;
    } else {
      const Token token = tokenAt(pattern, next, escape);
      if (token.kind == Token::Kind::AnyText) {
        if (token.end == pattern.size()) return true;
        retryPosition = position;
        retryNext = next = token.end;
        continue;
      }
      if (token.kind == Token::Kind::AnyCharacter) {
        end = position == text.size() ? kNone : skipCharacters(text, position, 1);
      } else if (position < text.size()) {
        end = matchCharacter(text, position, token.bytes, ignoresCase);
      }
      if (end != kNone) next = token.end;
    }
    if (end == kNone) {
      if (retryNext == kNone || retryPosition == text.size()) return false;
      retryPosition = skipCharacters(text, retryPosition, 1);
      end = retryPosition;
      next = retryNext;
    }
    position = end;
  }
}

bool endsWithEscape(std::string_view pattern, std::string_view escape) noexcept {
  if (escape.empty()) return false;
  for (std::size_t position = 0; position < pattern.size();) {
    const Token token = tokenAt(pattern, position, escape);
    if (token.kind == Token::Kind::Character && token.bytes.empty()) return true;
    position = token.end;
  }
  return false;
}

bool isEscape(std::string_view escape) noexcept { return skipCharacters(escape, 0, 1) == escape.size(); }

std::optional<LikePattern> LikePattern::compile(std::string_view pattern, std::string_view escape, bool ignoresCase) {
  if (!isEscape(escape) || endsWithEscape(pattern, escape)) return std::nullopt;
  LikePattern result;
  result.pattern_ = pattern;
  result.escape_ = escape;
  result.ignoresCase_ = ignoresCase;
  if (!ignoresCase) {
    result.split();
    result.chooseNeedle();
  }
  return result;
}

void LikePattern::split() {
  pieces_.emplace_back();
  for (std::size_t position = 0; position < pattern_.size();) {
    const Token token = tokenAt(pattern_, position, escape_);
    position = token.end;
    if (token.kind == Token::Kind::AnyText) {
      pieces_.emplace_back();
      continue;
    }
    Piece& piece = pieces_.back();
    ++piece.characters;
    const bool isAny = token.kind == Token::Kind::AnyCharacter;
    if (piece.segments.empty() || (isAny && !piece.segments.back().literal.empty())) piece.segments.emplace_back();
    piece.segments.back().skipped += isAny ? 1 : 0;
    piece.segments.back().literal += token.bytes;
  }
}

// Each piece between two % is taken at the first place it stands: if the rest matches behind a later place, it does so
// behind this one. No backtracking, so the time is at most text times pattern.
bool LikePattern::matches(std::string_view text) const noexcept {
  if (ignoresCase_) return matchesPattern(text, pattern_, escape_, true);
  const std::size_t position = matchAt(text, 0, pieces_.front());
  return pieces_.size() == 1 ? position == text.size() : matchesBehind(text, position, 1);
}

bool LikePattern::matches(std::string_view text, std::size_t place) const noexcept {
  if (!needleLeads_) return matches(text);
  std::size_t position = matchAt(text, place, pieces_[1]);
  if (position == kNone) position = find(text, skipCharacters(text, place, 1), pieces_[1]);
  return matchesBehind(text, position, 2);
}

bool LikePattern::matchesBehind(std::string_view text, std::size_t position, std::size_t index) const noexcept {
  for (; position != kNone; ++index) {
    if (index + 1 == pieces_.size()) return standsAtEnd(text, position, pieces_.back());
    position = find(text, position, pieces_[index]);
  }
  return false;
}

void LikePattern::chooseNeedle() {
  for (const Piece& piece : pieces_) {
    for (const Segment& segment : piece.segments) {
      if (segment.literal.size() > needle_.size()) needle_ = segment.literal;
    }
  }
  if (pieces_.size() < 3 || !pieces_[0].segments.empty() || pieces_[1].segments.empty()) return;
  const Segment& leading = pieces_[1].segments.front();
  needleLeads_ = leading.skipped == 0 && !leading.literal.empty() && leading.literal.size() * 4 >= needle_.size() * 3;
  if (needleLeads_) needle_ = leading.literal;
}

/// Where the segments of `piece` from number `from` on end in `text` when they stand at `position`, or kNone.
std::size_t LikePattern::matchAt(std::string_view text, std::size_t position, const Piece& piece,
                                 std::size_t from) noexcept {
  for (std::size_t index = from; index < piece.segments.size(); ++index) {
    const Segment& segment = piece.segments[index];
    for (std::uint64_t skipped = 0; skipped < segment.skipped; ++skipped) {
      if (position == text.size()) return kNone;
      position = skipCharacters(text, position, 1);
    }
    const std::string& literal = segment.literal;
    if (text.size() - position < literal.size() ||
        std::memcmp(text.data() + position, literal.data(), literal.size()) != 0)
      return kNone;
    position += literal.size();
  }
  return position;
}

/// The end of the first place from `position` on where `piece` stands, or kNone.
std::size_t LikePattern::find(std::string_view text, std::size_t position, const Piece& piece) noexcept {
  if (piece.segments.empty()) return position;
  // Looks for the bytes of the first segment and only there tries the rest. What it skips lies anywhere before.
  const Segment& first = piece.segments.front();
  for (std::uint64_t skipped = 0; skipped < first.skipped; ++skipped) {
    if (position == text.size()) return kNone;
    position = skipCharacters(text, position, 1);
  }
  while (position <= text.size()) {
    position = kernels::findBytes(text, first.literal, position);
    if (position == kNone) return kNone;
    if (const std::size_t end = matchAt(text, position + first.literal.size(), piece, 1); end != kNone) return end;
    if (position == text.size()) return kNone;
    position = skipCharacters(text, position, 1);
  }
  return kNone;
}

/// Whether `piece` stands at the end of `text` and not before `position`.
bool LikePattern::standsAtEnd(std::string_view text, std::size_t position, const Piece& piece) noexcept {
  if (piece.segments.empty()) return true;
  if (piece.segments.size() == 1 && piece.segments.front().skipped == 0)
    return text.substr(position).ends_with(piece.segments.front().literal);
  // Counts back as many characters as the piece has: each byte that begins one.
  std::size_t start = text.size();
  for (std::uint64_t counted = 0; counted < piece.characters; ++counted) {
    do {
      if (start == position) return false;
      --start;
    } while (start > position && isContinuationByte(text[start]));
  }
  return matchAt(text, start, piece) == text.size();
}

}  // namespace basalt
