#include "operators/plan/SqlSyntax.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace basalt::sqlsyntax {

namespace {

constexpr std::array<std::string_view, 20> kReservedWords = {
    "and",  "as", "between", "case", "cast", "distinct", "else", "end",  "extract", "false",
    "from", "in", "is",      "like", "not",  "null",     "or",   "then", "true",    "when"};

/// Further words that PostgreSQL or DuckDB do not take as a column's name.
// clang-format off
constexpr std::array<std::string_view, 93> kWordsReservedElsewhere = {
    "all", "analyse", "analyze", "anti", "any", "array", "asc", "asof", "asymmetric", "at", "authorization",
    "binary", "both", "by", "check", "collate", "collation", "column", "columns", "concurrently", "constraint",
    "create", "cross", "default", "deferrable", "desc", "describe", "do", "except", "fetch", "for", "foreign",
    "freeze", "full", "generated", "glob", "group", "having", "ilike", "initially", "inner", "intersect", "into",
    "isnull", "join", "lambda", "lateral", "leading", "left", "limit", "map", "natural", "notnull", "offset", "on",
    "only", "order", "outer", "overlaps", "pivot", "pivot_longer", "pivot_wider", "placing", "positional",
    "primary", "qualify", "references", "returning", "right", "select", "semi", "show", "similar", "some", "struct",
    "summarize", "symmetric", "table", "tablesample", "to", "trailing", "try_cast", "tuple", "union", "unique",
    "unpack", "unpivot", "using", "variadic", "verbose", "where", "window", "with"};
// clang-format on

constexpr bool isLetter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_';
}
constexpr bool isDigit(char character) { return character >= '0' && character <= '9'; }

}  // namespace

bool isReserved(std::string_view lowerCaseWord) noexcept {
  return std::ranges::find(kReservedWords, lowerCaseWord) != kReservedWords.end();
}

std::string lowerCase(std::string_view text) {
  std::string result(text);
  for (char& character : result) {
    if (character >= 'A' && character <= 'Z') {
      character = static_cast<char>(character - 'A' + 'a');
    }
  }
  return result;
}

bool isPlainName(std::string_view name) {
  return !name.empty() && isLetter(name.front()) &&
         std::ranges::all_of(name, [](char character) { return isLetter(character) || isDigit(character); }) &&
         !isReserved(lowerCase(name));
}

bool isPlainColumnName(std::string_view name) {
  return isPlainName(name) &&
         std::ranges::find(kWordsReservedElsewhere, lowerCase(name)) == kWordsReservedElsewhere.end();
}

std::optional<Value> numericLiteral(std::string_view digits, bool isNegative) {
  if (digits.find_first_of("eE") != std::string_view::npos) {
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      return std::nullopt;
    }
    return Value::floating(Type::doublePrecision(), isNegative ? -value : value);
  }
  Int128 unscaled = 0;
  int precision = 0;
  int scale = 0;
  bool afterPoint = false;
  for (const char character : digits) {
    if (character == '.') {
      afterPoint = true;
      continue;
    }
    scale += afterPoint ? 1 : 0;
    if (precision == 0 && character == '0') {
      continue;  // a leading zero
    }
    if (++precision > Type::kMaxPrecision) {
      return std::nullopt;
    }
    unscaled = unscaled * 10 + (character - '0');
  }
  if (scale > Type::kMaxPrecision) {
    return std::nullopt;
  }
  unscaled = isNegative ? -unscaled : unscaled;
  if (!afterPoint) {
    if (unscaled >= std::numeric_limits<std::int32_t>::min() && unscaled <= std::numeric_limits<std::int32_t>::max()) {
      return Value::integer(Type::integer(), unscaled);
    }
    if (unscaled >= std::numeric_limits<std::int64_t>::min() && unscaled <= std::numeric_limits<std::int64_t>::max()) {
      return Value::integer(Type::bigInt(), unscaled);
    }
  }
  precision = std::max({precision, scale, 1});
  return Value::decimal(Type::decimal(static_cast<std::uint8_t>(precision), static_cast<std::uint8_t>(scale)),
                        unscaled);
}

}  // namespace basalt::sqlsyntax
