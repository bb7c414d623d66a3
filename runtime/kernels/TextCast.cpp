#include "runtime/kernels/TextCast.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "runtime/kernels/StringResult.h"
#include "runtime/types/NumberText.h"
#include "runtime/types/TemporalText.h"

namespace basalt::kernels {

namespace {

template <typename T>
T parseWith(bool (*parse)(std::string_view, T*) noexcept, StringView text, ErrorCode* error) noexcept {
  T value{};
  if (!parse(text.view(), &value)) *error = ErrorCode::InvalidCast;
  return value;
}

template <typename T>
T parseNarrow(StringView text, ErrorCode* error) noexcept {
  const std::int64_t wide = parseWith<std::int64_t>(&parseInteger, text, error);
  const auto value = static_cast<T>(wide);
  if (value != wide) *error = ErrorCode::InvalidCast;
  return value;
}

template <typename T>
StringView formatWith(std::size_t (*format)(T, char*) noexcept, T value, ErrorCode* error,
                      StringArena* arena) noexcept {
  std::array<char, std::max(kMaxNumberText, kMaxTemporalText)> text;
  return makeString({text.data(), format(value, text.data())}, error, arena);
}

}  // namespace

bool parseBooleanText(StringView text, ErrorCode* error) noexcept {
  return parseWith<bool>(&parseBoolean, text, error);
}

std::int8_t parseTinyIntText(StringView text, ErrorCode* error) noexcept {
  return parseNarrow<std::int8_t>(text, error);
}

std::int16_t parseSmallIntText(StringView text, ErrorCode* error) noexcept {
  return parseNarrow<std::int16_t>(text, error);
}

std::int32_t parseIntegerText(StringView text, ErrorCode* error) noexcept {
  return parseNarrow<std::int32_t>(text, error);
}

std::int64_t parseBigIntText(StringView text, ErrorCode* error) noexcept {
  return parseNarrow<std::int64_t>(text, error);
}

float parseRealText(StringView text, ErrorCode* error) noexcept { return parseWith<float>(&parseReal, text, error); }

double parseDoubleText(StringView text, ErrorCode* error) noexcept {
  return parseWith<double>(&parseDouble, text, error);
}

Date parseDateText(StringView text, ErrorCode* error) noexcept { return parseWith<Date>(&parseDate, text, error); }

Time parseTimeText(StringView text, ErrorCode* error) noexcept { return parseWith<Time>(&parseTime, text, error); }

Timestamp parseTimestampText(StringView text, ErrorCode* error) noexcept {
  return parseWith<Timestamp>(&parseTimestamp, text, error);
}

Interval parseIntervalText(StringView text, ErrorCode* error) noexcept {
  return parseWith<Interval>(&parseInterval, text, error);
}

Int128 parseDecimalText(StringView text, std::int32_t precision, std::int32_t scale, ErrorCode* error) noexcept {
  Int128 value = 0;
  if (!parseDecimal(text.view(), static_cast<unsigned>(precision), static_cast<unsigned>(scale), &value)) {
    *error = ErrorCode::InvalidCast;
  }
  return value;
}

StringView formatBooleanText(bool value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<bool>(&formatBoolean, value, error, arena);
}

StringView formatTinyIntText(std::int8_t value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<Int128>(&formatInteger, value, error, arena);
}

StringView formatSmallIntText(std::int16_t value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<Int128>(&formatInteger, value, error, arena);
}

StringView formatIntegerText(std::int32_t value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<Int128>(&formatInteger, value, error, arena);
}

StringView formatBigIntText(std::int64_t value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<Int128>(&formatInteger, value, error, arena);
}

StringView formatInt128Text(Int128 value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<Int128>(&formatInteger, value, error, arena);
}

StringView formatRealText(float value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<float>(&formatReal, value, error, arena);
}

StringView formatDoubleText(double value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<double>(&formatDouble, value, error, arena);
}

StringView formatDateText(Date value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<Date>(&formatDate, value, error, arena);
}

StringView formatTimeText(Time value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<Time>(&formatTime, value, error, arena);
}

StringView formatTimestampText(Timestamp value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<Timestamp>(&formatTimestamp, value, error, arena);
}

StringView formatIntervalText(Interval value, ErrorCode* error, StringArena* arena) noexcept {
  return formatWith<Interval>(&formatInterval, value, error, arena);
}

StringView formatDecimalText(Int128 value, std::int32_t scale, ErrorCode* error, StringArena* arena) noexcept {
  std::array<char, kMaxNumberText> text;
  return makeString({text.data(), formatDecimal(value, static_cast<unsigned>(scale), text.data())}, error, arena);
}

}  // namespace basalt::kernels
