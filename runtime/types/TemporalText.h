#pragma once

#include <cstddef>
#include <string_view>

#include "runtime/types/Temporal.h"

namespace basalt {

/// Dates, times and intervals as text. Readers ignore blanks at both ends, take the whole rest or fail, and write
/// `*value` only on success. Writers return the number of bytes written at `target`, which needs room for
/// kMaxTemporalText.
inline constexpr std::size_t kMaxTemporalText = 96;

/// "1998-12-01"; the year may have a sign and more digits (year 0 is 1 BC, as ISO 8601 counts).
bool parseDate(std::string_view text, Date* value) noexcept;
/// "12:34", "12:34:56" or "12:34:56.789"; digits beyond microseconds are cut off. 24:00:00 is allowed.
bool parseTime(std::string_view text, Time* value) noexcept;
/// A date, then optionally 'T' or blanks and a time.
bool parseTimestamp(std::string_view text, Timestamp* value) noexcept;
/// Numbers with units, as "1 year 2 months -3 days", and at the end optionally a time with a sign, "-04:05:06.7".
/// Units: millennium, century, decade, year, quarter, month, week, day, hour, minute, second, millisecond, microsecond,
/// their plurals and PostgreSQL's short forms.
bool parseInterval(std::string_view text, Interval* value) noexcept;

/// "1998-12-01"; at least four digits of the year.
std::size_t formatDate(Date value, char* target) noexcept;
/// "12:34:56", with a fraction only when it is not zero and without trailing zeros.
std::size_t formatTime(Time value, char* target) noexcept;
/// "1998-12-01 12:34:56.5".
std::size_t formatTimestamp(Timestamp value, char* target) noexcept;
/// "1 year 2 months 3 days 04:05:06", only the parts that are not zero; "00:00:00" when all are.
std::size_t formatInterval(Interval value, char* target) noexcept;

}  // namespace basalt
