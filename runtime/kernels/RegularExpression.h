#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/memory/StringArena.h"
#include "runtime/types/StringView.h"

namespace re2 {
class RE2;
}

namespace basalt {

/// A compiled regular expression in RE2's syntax: no backreferences in the pattern, time linear in the text. Immutable;
/// may be used by many threads at once. The automata that matching builds take up to RE2's limit of 8 MB, which no
/// budget counts.
class RegularExpression {
 public:
  /// Flags of `options`.
  static constexpr std::int32_t kIgnoresCase = 1;
  /// The pattern is text that stands for itself.
  static constexpr std::int32_t kIsLiteral = 2;
  static constexpr std::int32_t kDotMatchesNewline = 4;
  /// Not only the first match is replaced.
  static constexpr std::int32_t kReplacesAll = 8;

  /// Reads DuckDB's letters: c (regard case) or i (ignore it), l (literal), s (dot matches newline) or m, n, p (it does
  /// not), g (replace all). Nothing for others.
  static std::optional<std::int32_t> parseOptions(std::string_view letters) noexcept;

  RegularExpression(std::string_view pattern, std::int32_t options);
  ~RegularExpression();
  RegularExpression(const RegularExpression&) = delete;
  RegularExpression& operator=(const RegularExpression&) = delete;

  /// What is wrong with the pattern; empty when nothing is. A wrong one must not be used.
  const std::string& fault() const noexcept { return fault_; }
  bool replacesAll() const noexcept { return replacesAll_; }
  const re2::RE2& compiled() const noexcept { return *compiled_; }

 private:
  std::unique_ptr<re2::RE2> compiled_;
  std::string fault_;
  bool replacesAll_;
};

}  // namespace basalt

/// Regular expressions in SQL, with DuckDB's names and meanings. A pattern that is no constant is compiled for each
/// row; one that is wrong fails with InvalidArgument.
namespace basalt::kernels {

BASALT_EXPORT bool searchRegex(StringView text, const RegularExpression* pattern, ErrorCode* error) noexcept;
BASALT_EXPORT bool matchRegex(StringView text, const RegularExpression* pattern, ErrorCode* error) noexcept;
BASALT_EXPORT StringView extractRegex(StringView text, const RegularExpression* pattern, std::int32_t group,
                                      ErrorCode* error) noexcept;
BASALT_EXPORT StringView replaceRegex(StringView text, const RegularExpression* pattern, StringView replacement,
                                      ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT bool searchRegexText(StringView text, StringView pattern, std::int32_t options,
                                   ErrorCode* error) noexcept;
BASALT_EXPORT bool matchRegexText(StringView text, StringView pattern, std::int32_t options, ErrorCode* error) noexcept;
BASALT_EXPORT StringView extractRegexText(StringView text, StringView pattern, std::int32_t group, std::int32_t options,
                                          ErrorCode* error) noexcept;
BASALT_EXPORT StringView replaceRegexText(StringView text, StringView pattern, StringView replacement,
                                          std::int32_t options, ErrorCode* error, StringArena* arena) noexcept;

/// Whether the pattern stands anywhere in the text.
BASALT_KERNEL("regexp_matches")
inline bool regexpMatches(StringView text, const RegularExpression* pattern, ErrorCode* error) noexcept {
  return searchRegex(text, pattern, error);
}
BASALT_KERNEL("regexp_matches")
inline bool regexpMatchesText(StringView text, StringView pattern, std::int32_t options, ErrorCode* error) noexcept {
  return searchRegexText(text, pattern, options, error);
}

/// Whether the pattern is all of the text.
BASALT_KERNEL("regexp_full_match")
inline bool regexpFullMatch(StringView text, const RegularExpression* pattern, ErrorCode* error) noexcept {
  return matchRegex(text, pattern, error);
}
BASALT_KERNEL("regexp_full_match")
inline bool regexpFullMatchText(StringView text, StringView pattern, std::int32_t options, ErrorCode* error) noexcept {
  return matchRegexText(text, pattern, options, error);
}

/// What a group of the first match holds (0: all of it); empty when there is no match, or the group took no part in it
/// or does not exist. A negative group fails with InvalidArgument.
BASALT_KERNEL("regexp_extract")
inline StringView regexpExtract(StringView text, const RegularExpression* pattern, std::int32_t group,
                                ErrorCode* error) noexcept {
  return extractRegex(text, pattern, group, error);
}
BASALT_KERNEL("regexp_extract")
inline StringView regexpExtractText(StringView text, StringView pattern, std::int32_t group, std::int32_t options,
                                    ErrorCode* error) noexcept {
  return extractRegexText(text, pattern, group, options, error);
}

/// The text with the first match, or all that do not overlap, replaced; \0 to \9 in the replacement stand for what the
/// groups hold and \\ for a backslash. Fails with InvalidArgument when it names a group that the pattern does not have.
BASALT_KERNEL("regexp_replace")
inline StringView regexpReplace(StringView text, const RegularExpression* pattern, StringView replacement,
                                ErrorCode* error, StringArena* arena) noexcept {
  return replaceRegex(text, pattern, replacement, error, arena);
}
BASALT_KERNEL("regexp_replace")
inline StringView regexpReplaceText(StringView text, StringView pattern, StringView replacement, std::int32_t options,
                                    ErrorCode* error, StringArena* arena) noexcept {
  return replaceRegexText(text, pattern, replacement, options, error, arena);
}

}  // namespace basalt::kernels
