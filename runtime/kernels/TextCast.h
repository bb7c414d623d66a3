#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/memory/StringArena.h"
#include "runtime/types/Int128.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"

/// Casts from and to text, in the form that runtime/types/NumberText.h and TemporalText.h define. Text of another form
/// fails with InvalidCast, memory that runs out with OutOfMemory.
namespace basalt::kernels {

// The work is long and calls libraries, so it is compiled once; the kernels below only give it its SQL names.
BASALT_EXPORT bool parseBooleanText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT std::int8_t parseTinyIntText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT std::int16_t parseSmallIntText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT std::int32_t parseIntegerText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT std::int64_t parseBigIntText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT float parseRealText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT double parseDoubleText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT Date parseDateText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT Time parseTimeText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT Timestamp parseTimestampText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT Interval parseIntervalText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT Int128 parseDecimalText(StringView text, std::int32_t precision, std::int32_t scale,
                                      ErrorCode* error) noexcept;

BASALT_EXPORT StringView formatBooleanText(bool value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatTinyIntText(std::int8_t value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatSmallIntText(std::int16_t value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatIntegerText(std::int32_t value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatBigIntText(std::int64_t value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatInt128Text(Int128 value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatRealText(float value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatDoubleText(double value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatDateText(Date value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatTimeText(Time value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatTimestampText(Timestamp value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatIntervalText(Interval value, ErrorCode* error, StringArena* arena) noexcept;
BASALT_EXPORT StringView formatDecimalText(Int128 value, std::int32_t scale, ErrorCode* error,
                                           StringArena* arena) noexcept;

BASALT_KERNEL("cast_boolean") inline bool castVarcharToBoolean(StringView text, ErrorCode* error) noexcept {
  return parseBooleanText(text, error);
}
BASALT_KERNEL("cast_tinyint") inline std::int8_t castVarcharToTinyInt(StringView text, ErrorCode* error) noexcept {
  return parseTinyIntText(text, error);
}
BASALT_KERNEL("cast_smallint") inline std::int16_t castVarcharToSmallInt(StringView text, ErrorCode* error) noexcept {
  return parseSmallIntText(text, error);
}
BASALT_KERNEL("cast_integer") inline std::int32_t castVarcharToInteger(StringView text, ErrorCode* error) noexcept {
  return parseIntegerText(text, error);
}
BASALT_KERNEL("cast_bigint") inline std::int64_t castVarcharToBigInt(StringView text, ErrorCode* error) noexcept {
  return parseBigIntText(text, error);
}
BASALT_KERNEL("cast_real") inline float castVarcharToReal(StringView text, ErrorCode* error) noexcept {
  return parseRealText(text, error);
}
BASALT_KERNEL("cast_double") inline double castVarcharToDouble(StringView text, ErrorCode* error) noexcept {
  return parseDoubleText(text, error);
}
BASALT_KERNEL("cast_date") inline Date castVarcharToDate(StringView text, ErrorCode* error) noexcept {
  return parseDateText(text, error);
}
BASALT_KERNEL("cast_time") inline Time castVarcharToTime(StringView text, ErrorCode* error) noexcept {
  return parseTimeText(text, error);
}
BASALT_KERNEL("cast_timestamp") inline Timestamp castVarcharToTimestamp(StringView text, ErrorCode* error) noexcept {
  return parseTimestampText(text, error);
}
BASALT_KERNEL("cast_interval") inline Interval castVarcharToInterval(StringView text, ErrorCode* error) noexcept {
  return parseIntervalText(text, error);
}

/// The unscaled value of a decimal(precision, scale), rounded half away from zero; cast_bigint takes it to 18 digits.
BASALT_KERNEL("varchar_to_decimal")
inline Int128 varcharToDecimal(StringView text, std::int32_t precision, std::int32_t scale, ErrorCode* error) noexcept {
  return parseDecimalText(text, precision, scale, error);
}

BASALT_KERNEL("cast_varchar")
inline StringView castBooleanToVarchar(bool value, ErrorCode* error, StringArena* arena) noexcept {
  return formatBooleanText(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castTinyIntToVarchar(std::int8_t value, ErrorCode* error, StringArena* arena) noexcept {
  return formatTinyIntText(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castSmallIntToVarchar(std::int16_t value, ErrorCode* error, StringArena* arena) noexcept {
  return formatSmallIntText(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castIntegerToVarchar(std::int32_t value, ErrorCode* error, StringArena* arena) noexcept {
  return formatIntegerText(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castBigIntToVarchar(std::int64_t value, ErrorCode* error, StringArena* arena) noexcept {
  return formatBigIntText(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castInt128ToVarchar(Int128 value, ErrorCode* error, StringArena* arena) noexcept {
  return formatInt128Text(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castRealToVarchar(float value, ErrorCode* error, StringArena* arena) noexcept {
  return formatRealText(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castDoubleToVarchar(double value, ErrorCode* error, StringArena* arena) noexcept {
  return formatDoubleText(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castDateToVarchar(Date value, ErrorCode* error, StringArena* arena) noexcept {
  return formatDateText(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castTimeToVarchar(Time value, ErrorCode* error, StringArena* arena) noexcept {
  return formatTimeText(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castTimestampToVarchar(Timestamp value, ErrorCode* error, StringArena* arena) noexcept {
  return formatTimestampText(value, error, arena);
}
BASALT_KERNEL("cast_varchar")
inline StringView castIntervalToVarchar(Interval value, ErrorCode* error, StringArena* arena) noexcept {
  return formatIntervalText(value, error, arena);
}

/// A decimal with all of its `scale` digits behind the point.
BASALT_KERNEL("decimal_to_varchar")
inline StringView decimalToVarcharBigInt(std::int64_t value, std::int32_t scale, ErrorCode* error,
                                         StringArena* arena) noexcept {
  return formatDecimalText(value, scale, error, arena);
}
BASALT_KERNEL("decimal_to_varchar")
inline StringView decimalToVarcharInt128(Int128 value, std::int32_t scale, ErrorCode* error,
                                         StringArena* arena) noexcept {
  return formatDecimalText(value, scale, error, arena);
}

}  // namespace basalt::kernels
