#include "runtime/kernels/Like.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "runtime/kernels/ByteSearch.h"
#include "runtime/types/Utf8.h"

namespace basalt::kernels {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// Where the piece of a pattern (no %) ends in `text` when it stands at `position`, or kNone.
std::size_t matchPiece(std::string_view text, std::size_t position, std::string_view piece) noexcept {
  while (!piece.empty()) {
    if (piece.front() == '_') {
      if (position == text.size()) return kNone;
      position = skipCharacters(text, position, 1);
      piece.remove_prefix(1);
      continue;
    }
    const std::size_t literal = std::min(piece.find('_'), piece.size());
    if (text.size() - position < literal || std::memcmp(text.data() + position, piece.data(), literal) != 0)
      return kNone;
    position += literal;
    piece.remove_prefix(literal);
  }
  return position;
}

/// The end of the first place from `position` on where `piece` stands, or kNone.
std::size_t findPiece(std::string_view text, std::size_t position, std::string_view piece) noexcept {
  // Looks for the bytes up to the first _ and only there tries the rest.
  const std::size_t literal = std::min(piece.find('_'), piece.size());
  const std::string_view start = piece.substr(0, literal);
  const std::string_view rest = piece.substr(literal);
  while (position <= text.size()) {
    position = findBytes(text, start, position);
    if (position == kNone) return kNone;
    if (const std::size_t end = matchPiece(text, position + literal, rest); end != kNone) return end;
    if (position == text.size()) return kNone;
    position = skipCharacters(text, position, 1);
  }
  return kNone;
}

/// Whether `piece` stands at the end of `text` and not before `position`.
bool endsWithPiece(std::string_view text, std::size_t position, std::string_view piece) noexcept {
  if (piece.find('_') == kNone) return text.substr(position).ends_with(piece);
  // Counts back as many characters as the piece has: each byte that begins one, in the text as in the piece.
  std::size_t start = text.size();
  for (std::size_t i = piece.size(); i > 0; --i) {
    if (isContinuationByte(piece[i - 1])) continue;
    do {
      if (start == position) return false;
      --start;
    } while (start > position && isContinuationByte(text[start]));
  }
  return matchPiece(text, start, piece) == text.size();
}

}  // namespace

// Each piece between two % is taken at the first place it stands: if the rest matches behind a later place, it does so
// behind this one. No backtracking, so the time is at most text times pattern.
bool matchesPattern(StringView text, StringView pattern) noexcept {
  const std::string_view bytes = text.view();
  std::string_view rest = pattern.view();
  std::size_t percent = rest.find('%');
  if (percent == kNone) return matchPiece(bytes, 0, rest) == bytes.size();
  std::size_t position = matchPiece(bytes, 0, rest.substr(0, percent));
  while (position != kNone) {
    rest.remove_prefix(percent + 1);
    percent = rest.find('%');
    if (percent == kNone) return rest.empty() || endsWithPiece(bytes, position, rest);
    if (percent != 0) position = findPiece(bytes, position, rest.substr(0, percent));
  }
  return false;
}

}  // namespace basalt::kernels
