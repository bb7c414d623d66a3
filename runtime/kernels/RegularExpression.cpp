#include "runtime/kernels/RegularExpression.h"

#include <exception>
#include <vector>

#include <re2/re2.h>

#include "runtime/kernels/StringResult.h"

namespace basalt {

namespace {

re2::StringPiece pieceOf(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::optional<std::int32_t> RegularExpression::parseOptions(std::string_view letters) noexcept {
  std::int32_t options = 0;
  for (const char letter : letters) {
    switch (letter) {
      case 'c':
        options &= ~kIgnoresCase;
        break;
      case 'i':
        options |= kIgnoresCase;
        break;
      case 'l':
        options |= kIsLiteral;
        break;
      case 's':
        options |= kDotMatchesNewline;
        break;
      case 'm':
      case 'n':
      case 'p':
        options &= ~kDotMatchesNewline;
        break;
      case 'g':
        options |= kReplacesAll;
        break;
      default:
        return std::nullopt;
    }
  }
  return options;
}

RegularExpression::RegularExpression(std::string_view pattern, std::int32_t options)
    : replacesAll_((options & kReplacesAll) != 0) {
  re2::RE2::Options settings;
  settings.set_log_errors(false);
  settings.set_case_sensitive((options & kIgnoresCase) == 0);
  settings.set_literal((options & kIsLiteral) != 0);
  settings.set_dot_nl((options & kDotMatchesNewline) != 0);
  compiled_ = std::make_unique<re2::RE2>(pieceOf(pattern), settings);
  if (!compiled_->ok()) fault_ = compiled_->error();
}

RegularExpression::~RegularExpression() = default;

namespace kernels {

namespace {

re2::StringPiece pieceOf(const StringView& text) { return {text.data(), text.size()}; }

/// What `work` returns; OutOfMemory when a library throws.
template <typename Work>
auto guarded(ErrorCode* error, const Work& work) noexcept -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception&) {
    *error = ErrorCode::OutOfMemory;
    return {};
  }
}

/// The same on a pattern that is compiled for this row alone.
template <typename Work>
auto withPattern(StringView pattern, std::int32_t options, ErrorCode* error, const Work& work) noexcept
    -> decltype(work(static_cast<const RegularExpression*>(nullptr))) {
  return guarded(error, [&]() -> decltype(work(static_cast<const RegularExpression*>(nullptr))) {
    const RegularExpression compiled(pattern.view(), options);
    if (compiled.fault().empty()) return work(&compiled);
    *error = ErrorCode::InvalidArgument;
    return {};
  });
}

}  // namespace

bool searchRegex(StringView text, const RegularExpression* pattern, ErrorCode* error) noexcept {
  return guarded(error, [&] {
    return pattern->compiled().Match(pieceOf(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
  });
}

bool matchRegex(StringView text, const RegularExpression* pattern, ErrorCode* error) noexcept {
  return guarded(error, [&] {
    return pattern->compiled().Match(pieceOf(text), 0, text.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
  });
}

StringView extractRegex(StringView text, const RegularExpression* pattern, std::int32_t group,
                        ErrorCode* error) noexcept {
  const re2::RE2& compiled = pattern->compiled();
  if (group < 0) {
    *error = ErrorCode::InvalidArgument;
    return StringView{0, 0};
  }
  if (group > compiled.NumberOfCapturingGroups()) return StringView{0, 0};
  return guarded(error, [&] {
    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(group) + 1);
    // An inline text lies in this very parameter, and the result copies what it needs of it.
    if (!compiled.Match(pieceOf(text), 0, text.size(), re2::RE2::UNANCHORED, groups.data(), group + 1) ||
        groups.back().empty())
      return StringView{0, 0};
    return StringView::make(groups.back().data(), static_cast<std::uint32_t>(groups.back().size()));
  });
}

StringView replaceRegex(StringView text, const RegularExpression* pattern, StringView replacement, ErrorCode* error,
                        StringArena* arena) noexcept {
  return guarded(error, [&] {
    const re2::RE2& compiled = pattern->compiled();
    std::string fault;
    if (!compiled.CheckRewriteString(pieceOf(replacement), &fault)) {
      *error = ErrorCode::InvalidArgument;
      return StringView{0, 0};
    }
    std::string result(text.view());
    const bool isReplaced = pattern->replacesAll()
                                ? re2::RE2::GlobalReplace(&result, compiled, pieceOf(replacement)) > 0
                                : re2::RE2::Replace(&result, compiled, pieceOf(replacement));
    return isReplaced ? makeString(result, error, arena) : text;
  });
}

bool searchRegexText(StringView text, StringView pattern, std::int32_t options, ErrorCode* error) noexcept {
  return withPattern(pattern, options, error,
                     [&](const RegularExpression* compiled) { return searchRegex(text, compiled, error); });
}

bool matchRegexText(StringView text, StringView pattern, std::int32_t options, ErrorCode* error) noexcept {
  return withPattern(pattern, options, error,
                     [&](const RegularExpression* compiled) { return matchRegex(text, compiled, error); });
}

StringView extractRegexText(StringView text, StringView pattern, std::int32_t group, std::int32_t options,
                            ErrorCode* error) noexcept {
  return withPattern(pattern, options, error,
                     [&](const RegularExpression* compiled) { return extractRegex(text, compiled, group, error); });
}

StringView replaceRegexText(StringView text, StringView pattern, StringView replacement, std::int32_t options,
                            ErrorCode* error, StringArena* arena) noexcept {
  return withPattern(pattern, options, error, [&](const RegularExpression* compiled) {
    return replaceRegex(text, compiled, replacement, error, arena);
  });
}

}  // namespace kernels

}  // namespace basalt
