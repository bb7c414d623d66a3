#include "runtime/kernels/DatePart.h"

#include <array>
#include <cstddef>
#include <utility>

#include "runtime/kernels/DateFields.h"
#include "runtime/types/Calendar.h"

namespace basalt::kernels {

namespace {

struct PartName {
  std::string_view text;
  DatePart part;
};

// The first name of a part is its own; those behind it are others for it.
constexpr std::array kPartNames = {
    PartName{"microsecond", DatePart::Microsecond},
    PartName{"microseconds", DatePart::Microsecond},
    PartName{"us", DatePart::Microsecond},
    PartName{"usec", DatePart::Microsecond},
    PartName{"usecs", DatePart::Microsecond},
    PartName{"millisecond", DatePart::Millisecond},
    PartName{"milliseconds", DatePart::Millisecond},
    PartName{"ms", DatePart::Millisecond},
    PartName{"msec", DatePart::Millisecond},
    PartName{"msecs", DatePart::Millisecond},
    PartName{"second", DatePart::Second},
    PartName{"seconds", DatePart::Second},
    PartName{"sec", DatePart::Second},
    PartName{"secs", DatePart::Second},
    PartName{"s", DatePart::Second},
    PartName{"epoch", DatePart::Epoch},
    PartName{"minute", DatePart::Minute},
    PartName{"minutes", DatePart::Minute},
    PartName{"min", DatePart::Minute},
    PartName{"mins", DatePart::Minute},
    PartName{"m", DatePart::Minute},
    PartName{"hour", DatePart::Hour},
    PartName{"hours", DatePart::Hour},
    PartName{"hr", DatePart::Hour},
    PartName{"hrs", DatePart::Hour},
    PartName{"h", DatePart::Hour},
    PartName{"day", DatePart::Day},
    PartName{"days", DatePart::Day},
    PartName{"d", DatePart::Day},
    PartName{"dayofmonth", DatePart::Day},
    PartName{"dow", DatePart::DayOfWeek},
    PartName{"dayofweek", DatePart::DayOfWeek},
    PartName{"weekday", DatePart::DayOfWeek},
    PartName{"isodow", DatePart::IsoDayOfWeek},
    PartName{"doy", DatePart::DayOfYear},
    PartName{"dayofyear", DatePart::DayOfYear},
    PartName{"week", DatePart::Week},
    PartName{"weeks", DatePart::Week},
    PartName{"w", DatePart::Week},
    PartName{"weekofyear", DatePart::Week},
    PartName{"month", DatePart::Month},
    PartName{"months", DatePart::Month},
    PartName{"mon", DatePart::Month},
    PartName{"mons", DatePart::Month},
    PartName{"quarter", DatePart::Quarter},
    PartName{"quarters", DatePart::Quarter},
    PartName{"year", DatePart::Year},
    PartName{"years", DatePart::Year},
    PartName{"yr", DatePart::Year},
    PartName{"yrs", DatePart::Year},
    PartName{"y", DatePart::Year},
    PartName{"isoyear", DatePart::IsoYear},
    PartName{"decade", DatePart::Decade},
    PartName{"decades", DatePart::Decade},
    PartName{"dec", DatePart::Decade},
    PartName{"decs", DatePart::Decade},
    PartName{"century", DatePart::Century},
    PartName{"centuries", DatePart::Century},
    PartName{"cent", DatePart::Century},
    PartName{"c", DatePart::Century},
    PartName{"millennium", DatePart::Millennium},
    PartName{"millennia", DatePart::Millennium},
    PartName{"millenium", DatePart::Millennium},
    PartName{"millenniums", DatePart::Millennium},
    PartName{"mil", DatePart::Millennium},
    PartName{"mils", DatePart::Millennium},
};

bool equalsIgnoringCase(std::string_view text, std::string_view lowerCase) noexcept {
  if (text.size() != lowerCase.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != lowerCase[i]) return false;
  }
  return true;
}

std::int64_t floorDivide(std::int64_t value, std::int64_t divisor) noexcept {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

/// Microseconds of the parts of a day; 0 for larger parts.
std::int64_t microsecondsOf(DatePart part) noexcept {
  switch (part) {
    case DatePart::Microsecond:
      return 1;
    case DatePart::Millisecond:
      return kMicrosecondsPerSecond / 1000;
    case DatePart::Second:
    case DatePart::Epoch:
      return kMicrosecondsPerSecond;
    case DatePart::Minute:
      return kMicrosecondsPerMinute;
    case DatePart::Hour:
      return kMicrosecondsPerHour;
    default:
      return 0;
  }
}

/// Years of the parts that are made of years; 0 for others.
std::int64_t yearsOf(DatePart part) noexcept {
  switch (part) {
    case DatePart::Year:
    case DatePart::IsoYear:
      return 1;
    case DatePart::Decade:
      return 10;
    case DatePart::Century:
      return 100;
    case DatePart::Millennium:
      return 1000;
    default:
      return 0;
  }
}

/// Months of the parts that are made of months; 0 for others.
std::int64_t monthsOf(DatePart part) noexcept {
  return part == DatePart::Month ? 1 : part == DatePart::Quarter ? 3 : 12 * yearsOf(part);
}

/// Days from the Monday before.
std::int64_t daysSinceMonday(std::int64_t days) noexcept {
  // 1970-01-01 was a Thursday.
  return (days + 3) - floorDivide(days + 3, 7) * 7;
}

/// The day on which the part begins that `day` lies in.
std::int64_t firstDayOf(DatePart part, std::int32_t day) noexcept {
  const CivilDate civil = civilFromDays(day);
  switch (part) {
    case DatePart::Week:
      return day - daysSinceMonday(day);
    case DatePart::Month:
      return daysFromCivil({civil.year, civil.month, 1});
    case DatePart::Quarter:
      return daysFromCivil({civil.year, (civil.month - 1) / 3 * 3 + 1, 1});
    case DatePart::IsoYear: {
      // The week with 4 January is the first.
      const std::int64_t fourth = daysFromCivil({detail::isoWeek(day).year, 1, 4});
      return fourth - daysSinceMonday(fourth);
    }
    case DatePart::Year:
    case DatePart::Decade:
    case DatePart::Century:
    case DatePart::Millennium:
      return daysFromCivil({civil.year / yearsOf(part) * yearsOf(part), 1, 1});
    default:
      return day;
  }
}

/// Whole months from `start` to a later `end`.
std::int64_t wholeMonths(Timestamp start, Timestamp end) noexcept {
  const CivilDate first = civilFromDays(dayOf(start));
  const CivilDate last = civilFromDays(dayOf(end));
  const bool endsMonth = last.day == daysInMonth(last.year, last.month);
  const std::int32_t firstDay = endsMonth && first.day > last.day ? last.day : first.day;
  const bool isPartial = std::pair(firstDay, timeOfDay(start)) > std::pair(last.day, timeOfDay(end));
  return (last.year - first.year) * 12 + (last.month - first.month) - (isPartial ? 1 : 0);
}

}  // namespace

std::optional<DatePart> parseDatePart(std::string_view text) noexcept {
  for (const PartName& known : kPartNames) {
    if (equalsIgnoringCase(text, known.text)) return known.part;
  }
  return std::nullopt;
}

std::string_view name(DatePart part) noexcept {
  for (const PartName& known : kPartNames) {
    if (known.part == part) return known.text;
  }
  return "";
}

std::int8_t datePartOfText(StringView text, ErrorCode* error) noexcept {
  const std::optional<DatePart> part = parseDatePart(text.view());
  if (!part) *error = ErrorCode::InvalidArgument;
  return static_cast<std::int8_t>(part.value_or(DatePart::Day));
}

Timestamp truncateTimestamp(std::int8_t partNumber, Timestamp timestamp, ErrorCode* error) noexcept {
  const auto part = static_cast<DatePart>(partNumber);
  const auto moment = static_cast<std::int64_t>(timestamp);
  std::int64_t result = 0;
  bool overflows;
  if (const std::int64_t unit = microsecondsOf(part); unit != 0) {
    overflows = __builtin_mul_overflow(floorDivide(moment, unit), unit, &result);
  } else {
    overflows = __builtin_mul_overflow(firstDayOf(part, dayOf(timestamp)), kMicrosecondsPerDay, &result);
  }
  failIf(overflows, ErrorCode::NumericOverflow, error);
  return Timestamp{result};
}

std::int64_t countBoundaries(std::int8_t partNumber, Timestamp start, Timestamp end, ErrorCode* error) noexcept {
  const auto part = static_cast<DatePart>(partNumber);
  if (const std::int64_t unit = microsecondsOf(part); unit != 0) {
    std::int64_t result;
    const bool overflows = __builtin_sub_overflow(floorDivide(static_cast<std::int64_t>(end), unit),
                                                  floorDivide(static_cast<std::int64_t>(start), unit), &result);
    failIf(overflows, ErrorCode::NumericOverflow, error);
    return result;
  }
  const std::int64_t days = std::int64_t{dayOf(end)} - dayOf(start);
  if (part == DatePart::Week) return days / 7;
  if (part == DatePart::IsoYear) return detail::isoWeek(dayOf(end)).year - detail::isoWeek(dayOf(start)).year;
  const CivilDate first = civilFromDays(dayOf(start));
  const CivilDate last = civilFromDays(dayOf(end));
  if (const std::int64_t years = yearsOf(part); years != 0) return last.year / years - first.year / years;
  if (const std::int64_t months = monthsOf(part); months != 0) {
    return floorDivide(last.year * 12 + last.month - 1, months) -
           floorDivide(first.year * 12 + first.month - 1, months);
  }
  return days;
}

std::int64_t countWholeParts(std::int8_t partNumber, Timestamp start, Timestamp end, ErrorCode* error) noexcept {
  const auto part = static_cast<DatePart>(partNumber);
  if (const std::int64_t months = monthsOf(part); months != 0) {
    return (start <= end ? wholeMonths(start, end) : -wholeMonths(end, start)) / months;
  }
  std::int64_t unit = microsecondsOf(part);
  if (unit == 0) unit = (part == DatePart::Week ? 7 : 1) * kMicrosecondsPerDay;
  std::int64_t distance;
  const bool overflows =
      __builtin_sub_overflow(static_cast<std::int64_t>(end), static_cast<std::int64_t>(start), &distance);
  failIf(overflows, ErrorCode::NumericOverflow, error);
  return distance / unit;
}

}  // namespace basalt::kernels
