#include "runtime/types/Type.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "runtime/ExecutionError.h"

namespace basalt {

PhysicalType Type::physical() const noexcept {
  switch (id) {
    case TypeId::Boolean:
      return PhysicalType::Bool;
    case TypeId::TinyInt:
      return PhysicalType::Int8;
    case TypeId::SmallInt:
      return PhysicalType::Int16;
    case TypeId::Integer:
    case TypeId::Date:
      return PhysicalType::Int32;
    case TypeId::BigInt:
    case TypeId::Time:
    case TypeId::Timestamp:
      return PhysicalType::Int64;
    case TypeId::Real:
      return PhysicalType::Float;
    case TypeId::Double:
      return PhysicalType::Double;
    case TypeId::Decimal:
      return precision <= kMaxInt64Precision ? PhysicalType::Int64 : PhysicalType::Int128;
    case TypeId::Interval:
      return PhysicalType::Interval;
    case TypeId::Varchar:
    case TypeId::Binary:
      return PhysicalType::String;
  }
  return PhysicalType::Bool;
}

namespace {

struct Spelling {
  std::string_view text;
  TypeId id;
};

/// What parseType() understands; the first spelling of an id is the one toString() prints.
constexpr std::array kSpellings = {
    Spelling{"boolean", TypeId::Boolean},
    Spelling{"bool", TypeId::Boolean},
    Spelling{"tinyint", TypeId::TinyInt},
    Spelling{"int1", TypeId::TinyInt},
    Spelling{"smallint", TypeId::SmallInt},
    Spelling{"int2", TypeId::SmallInt},
    Spelling{"integer", TypeId::Integer},
    Spelling{"int", TypeId::Integer},
    Spelling{"int4", TypeId::Integer},
    Spelling{"bigint", TypeId::BigInt},
    Spelling{"int8", TypeId::BigInt},
    Spelling{"real", TypeId::Real},
    Spelling{"float4", TypeId::Real},
    Spelling{"double", TypeId::Double},
    Spelling{"double precision", TypeId::Double},
    Spelling{"float8", TypeId::Double},
    Spelling{"float", TypeId::Double},
    Spelling{"decimal", TypeId::Decimal},
    Spelling{"numeric", TypeId::Decimal},
    Spelling{"dec", TypeId::Decimal},
    Spelling{"date", TypeId::Date},
    Spelling{"time", TypeId::Time},
    Spelling{"time without time zone", TypeId::Time},
    Spelling{"timestamp", TypeId::Timestamp},
    Spelling{"timestamp without time zone", TypeId::Timestamp},
    Spelling{"datetime", TypeId::Timestamp},
    Spelling{"interval", TypeId::Interval},
    Spelling{"varchar", TypeId::Varchar},
    Spelling{"text", TypeId::Varchar},
    Spelling{"string", TypeId::Varchar},
    Spelling{"char", TypeId::Varchar},
    Spelling{"character", TypeId::Varchar},
    Spelling{"character varying", TypeId::Varchar},
    Spelling{"bpchar", TypeId::Varchar},
    Spelling{"binary", TypeId::Binary},
    Spelling{"bytea", TypeId::Binary},
    Spelling{"blob", TypeId::Binary},
    Spelling{"varbinary", TypeId::Binary},
};

std::string_view spellingOf(TypeId id) { return std::ranges::find(kSpellings, id, &Spelling::id)->text; }

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Lower case, with single spaces between words, none at the ends or beside the parentheses and commas.
std::string normalise(std::string_view text) {
  std::string result;
  bool space = false;
  for (const char c : text) {
    if (isSpace(c)) {
      space = true;
      continue;
    }
    const bool bracket = c == '(' || c == ')' || c == ',';
    if (space && !bracket && !result.empty() && result.back() != '(' && result.back() != ',') {
      result.push_back(' ');
    }
    space = false;
    result.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return result;
}

[[noreturn]] void refuse(std::string_view text, std::string_view problem) {
  throw ExecutionError(ErrorCode::InvalidPlan, "", std::string(problem).append(": '").append(text).append("'"));
}

std::vector<unsigned> parseArguments(std::string_view arguments, std::string_view text) {
  std::vector<unsigned> result;
  const char* position = arguments.data();
  const char* end = position + arguments.size();
  while (true) {
    unsigned number = 0;
    const auto [rest, status] = std::from_chars(position, end, number);
    if (status != std::errc{}) {
      refuse(text, "a type's arguments must be numbers");
    }
    result.push_back(number);
    if (rest == end) {
      return result;
    }
    if (*rest != ',') {
      refuse(text, "a type's arguments must be numbers separated by commas");
    }
    position = rest + 1;
  }
}

}  // namespace

std::string toString(Type type) {
  std::string result(spellingOf(type.id));
  if (type.isDecimal()) {
    result.append("(")
        .append(std::to_string(type.precision))
        .append(",")
        .append(std::to_string(type.scale))
        .append(")");
  }
  return result;
}

Type parseType(std::string_view text) {
  const std::string normal = normalise(text);
  std::string_view word = normal;
  std::vector<unsigned> arguments;
  if (const std::size_t open = word.find('('); open != std::string_view::npos) {
    if (!word.ends_with(')')) {
      refuse(text, "expected ')' at the end of a type's arguments");
    }
    arguments = parseArguments(word.substr(open + 1, word.size() - open - 2), text);
    word = word.substr(0, open);
  }
  const auto* spelling = std::ranges::find(kSpellings, word, &Spelling::text);
  if (spelling == kSpellings.end()) {
    refuse(text, "unknown type");
  }
  if (spelling->id == TypeId::Decimal) {
    // SQL leaves the default to the implementation; 18 digits are the most that fit 64 bits.
    const unsigned precision = arguments.empty() ? Type::kMaxInt64Precision : arguments[0];
    const unsigned scale = arguments.size() < 2 ? (arguments.empty() ? 3U : 0U) : arguments[1];
    if (arguments.size() > 2 || precision < 1 || precision > Type::kMaxPrecision) {
      refuse(text, "a decimal's precision must be 1 to 38");
    }
    if (scale > precision) {
      refuse(text, "a decimal's scale must be at most its precision");
    }
    return Type::decimal(static_cast<std::uint8_t>(precision), static_cast<std::uint8_t>(scale));
  }
  // A length is accepted for strings and means nothing; a time's precision only if it is what is stored.
  const bool isTemporal = spelling->id == TypeId::Time || spelling->id == TypeId::Timestamp;
  const bool takesLength = spelling->id == TypeId::Varchar || spelling->id == TypeId::Binary;
  if (!arguments.empty() && !(arguments.size() == 1 && (takesLength || (isTemporal && arguments[0] == 6)))) {
    refuse(text, "this type takes no such arguments");
  }
  return Type{spelling->id};
}

}  // namespace basalt
