#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/DateTime.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"

/// Units of the calendar and the clock that queries name by text: date_trunc('month', x). The text becomes a number
/// once where it is constant, else per row.
namespace basalt::kernels {

enum class DatePart : std::int8_t {
  Microsecond,
  Millisecond,
  Second,
  Epoch,
  Minute,
  Hour,
  Day,
  DayOfWeek,
  IsoDayOfWeek,
  DayOfYear,
  Week,
  Month,
  Quarter,
  Year,
  IsoYear,
  Decade,
  Century,
  Millennium,
};

/// The part that a text names, in any case and in DuckDB's abbreviations and plurals: "year", "years", "yr", "y".
std::optional<DatePart> parseDatePart(std::string_view text) noexcept;
/// Its name as EXTRACT spells it: "isodow".
std::string_view name(DatePart part) noexcept;

BASALT_EXPORT std::int8_t datePartOfText(StringView text, ErrorCode* error) noexcept;
BASALT_EXPORT Timestamp truncateTimestamp(std::int8_t part, Timestamp timestamp, ErrorCode* error) noexcept;
BASALT_EXPORT std::int64_t countBoundaries(std::int8_t part, Timestamp start, Timestamp end, ErrorCode* error) noexcept;
BASALT_EXPORT std::int64_t countWholeParts(std::int8_t part, Timestamp start, Timestamp end, ErrorCode* error) noexcept;

/// A DatePart as a number; fails with InvalidArgument when the text names none.
BASALT_KERNEL("date_part_number") inline std::int8_t datePartNumber(StringView text, ErrorCode* error) noexcept {
  return datePartOfText(text, error);
}

/// The start of the part in which the moment lies. Decades, centuries and millennia begin with years divisible by 10,
/// 100, 1000 as in DuckDB (in PostgreSQL centuries begin with 1901, 2001), rounded towards year 0. Weeks begin on
/// Monday. A date gives a timestamp.
BASALT_KERNEL("date_trunc_part")
inline Timestamp truncateToPartTimestamp(std::int8_t part, Timestamp timestamp, ErrorCode* error) noexcept {
  return truncateTimestamp(part, timestamp, error);
}
BASALT_KERNEL("date_trunc_part")
inline Timestamp truncateToPartDate(std::int8_t part, Date date, ErrorCode* error) noexcept {
  return truncateTimestamp(part, castDateToTimestamp(date, error), error);
}

/// How many starts of the part lie behind `start` and not behind `end`, negative when `end` is the earlier; weeks count
/// seven days each, whatever weekday, as in DuckDB.
BASALT_KERNEL("date_diff_part")
inline std::int64_t differenceInPartTimestamp(std::int8_t part, Timestamp start, Timestamp end,
                                              ErrorCode* error) noexcept {
  return countBoundaries(part, start, end, error);
}
BASALT_KERNEL("date_diff_part")
inline std::int64_t differenceInPartDate(std::int8_t part, Date start, Date end, ErrorCode* error) noexcept {
  const Timestamp first = castDateToTimestamp(start, error);
  return countBoundaries(part, first, castDateToTimestamp(end, error), error);
}

/// How many whole parts fit between, negative when `end` is the earlier. From the last days of a month to the last day
/// of a shorter one is a whole month.
BASALT_KERNEL("date_sub_part")
inline std::int64_t wholePartsTimestamp(std::int8_t part, Timestamp start, Timestamp end, ErrorCode* error) noexcept {
  return countWholeParts(part, start, end, error);
}
BASALT_KERNEL("date_sub_part")
inline std::int64_t wholePartsDate(std::int8_t part, Date start, Date end, ErrorCode* error) noexcept {
  const Timestamp first = castDateToTimestamp(start, error);
  return countWholeParts(part, first, castDateToTimestamp(end, error), error);
}

}  // namespace basalt::kernels
