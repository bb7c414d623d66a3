#include "runtime/types/TemporalText.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "runtime/types/Calendar.h"
#include "runtime/types/NumberText.h"

namespace basalt {

namespace {

/// Reads from the front of a text; every method returns false or nothing, and takes nothing, when the text goes on
/// otherwise.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(trimBlanks(text)) {}

  bool atEnd() const { return rest_.empty(); }
  bool take(char expected) {
    if (rest_.empty() || rest_.front() != expected) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  bool takeBlanks() {
    const std::size_t before = rest_.size();
    while (take(' ')) {
    }
    return rest_.size() != before;
  }
  /// A number of `minimum` to `maximum` (at most 18) digits.
  std::optional<std::int64_t> takeNumber(std::size_t minimum, std::size_t maximum) {
    const std::size_t count = countDigits(maximum + 1);
    if (count < minimum || count > maximum) {
      return std::nullopt;
    }
    std::int64_t number = 0;
    for (const char digit : rest_.substr(0, count)) {
      number = number * 10 + (digit - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }
  /// Digits behind a decimal point as millionths, at least one; those beyond the sixth are cut off.
  std::optional<std::int64_t> takeFraction() {
    const std::size_t count = countDigits(rest_.size());
    if (count == 0) {
      return std::nullopt;
    }
    std::int64_t micros = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      micros = micros * 10 + (i < count ? rest_[i] - '0' : 0);
    }
    rest_.remove_prefix(count);
    return micros;
  }
  std::string_view takeLetters() {
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto end = std::ranges::find_if_not(rest_, isLetter);
    const std::string_view word = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(word.size());
    return word;
  }

 private:
  std::size_t countDigits(std::size_t most) const {
    std::size_t count = 0;
    while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
      ++count;
    }
    return count;
  }

  std::string_view rest_;
};

std::optional<std::int64_t> readDays(Reader& reader) {
  const bool negative = reader.take('-');
  if (!negative) {
    reader.take('+');
  }
  const auto year = reader.takeNumber(1, 7);
  if (!year || !reader.take('-')) {
    return std::nullopt;
  }
  const auto month = reader.takeNumber(1, 2);
  if (!month || *month < 1 || *month > 12 || !reader.take('-')) {
    return std::nullopt;
  }
  const auto day = reader.takeNumber(1, 2);
  const std::int64_t signedYear = negative ? -*year : *year;
  const auto monthNumber = static_cast<std::int32_t>(*month);
  if (!day || *day < 1 || *day > daysInMonth(signedYear, monthNumber)) {
    return std::nullopt;
  }
  const std::int64_t days = daysFromCivil({signedYear, monthNumber, static_cast<std::int32_t>(*day)});
  if (days < std::numeric_limits<std::int32_t>::min() || days > std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  return days;
}

/// What follows the hours of a time: ":mm[:ss[.ffffff]]", in microseconds.
std::optional<std::int64_t> readAfterHours(Reader& reader) {
  if (!reader.take(':')) {
    return std::nullopt;
  }
  const auto minutes = reader.takeNumber(2, 2);
  if (!minutes || *minutes > 59) {
    return std::nullopt;
  }
  std::int64_t result = *minutes * kMicrosecondsPerMinute;
  if (reader.take(':')) {
    const auto seconds = reader.takeNumber(2, 2);
    if (!seconds || *seconds > 59) {
      return std::nullopt;
    }
    result += *seconds * kMicrosecondsPerSecond;
    if (reader.take('.')) {
      const auto fraction = reader.takeFraction();
      if (!fraction) {
        return std::nullopt;
      }
      result += *fraction;
    }
  }
  return result;
}

std::optional<std::int64_t> readTimeOfDay(Reader& reader) {
  const auto hours = reader.takeNumber(1, 2);
  if (!hours) {
    return std::nullopt;
  }
  const auto afterHours = readAfterHours(reader);
  if (!afterHours || *hours * kMicrosecondsPerHour + *afterHours > kMicrosecondsPerDay) {
    return std::nullopt;
  }
  return *hours * kMicrosecondsPerHour + *afterHours;
}

/// The parts of an interval, wide enough to be summed without care.
struct WideInterval {
  Int128 months = 0;
  Int128 days = 0;
  Int128 microseconds = 0;
};

struct Unit {
  std::string_view name;
  std::int64_t months;
  std::int64_t days;
  std::int64_t microseconds;
};

constexpr std::array kUnits = {
    Unit{"year", 12, 0, 0},
    Unit{"y", 12, 0, 0},
    Unit{"yr", 12, 0, 0},
    Unit{"millennium", 12000, 0, 0},
    Unit{"millennia", 12000, 0, 0},
    Unit{"century", 1200, 0, 0},
    Unit{"centuries", 1200, 0, 0},
    Unit{"decade", 120, 0, 0},
    Unit{"quarter", 3, 0, 0},
    Unit{"month", 1, 0, 0},
    Unit{"mon", 1, 0, 0},
    Unit{"week", 0, 7, 0},
    Unit{"w", 0, 7, 0},
    Unit{"day", 0, 1, 0},
    Unit{"d", 0, 1, 0},
    Unit{"hour", 0, 0, kMicrosecondsPerHour},
    Unit{"h", 0, 0, kMicrosecondsPerHour},
    Unit{"hr", 0, 0, kMicrosecondsPerHour},
    Unit{"minute", 0, 0, kMicrosecondsPerMinute},
    Unit{"min", 0, 0, kMicrosecondsPerMinute},
    Unit{"m", 0, 0, kMicrosecondsPerMinute},
    Unit{"second", 0, 0, kMicrosecondsPerSecond},
    Unit{"sec", 0, 0, kMicrosecondsPerSecond},
    Unit{"s", 0, 0, kMicrosecondsPerSecond},
    Unit{"millisecond", 0, 0, 1000},
    Unit{"ms", 0, 0, 1000},
    Unit{"microsecond", 0, 0, 1},
    Unit{"us", 0, 0, 1},
};

const Unit* findUnit(std::string_view word) {
  const auto matches = [](std::string_view text, std::string_view lowerCase) {
    return std::ranges::equal(text, lowerCase, {}, [](char c) { return static_cast<char>(c | 0x20); });
  };
  for (const Unit& unit : kUnits) {
    const bool plural = word.size() > 2 && (word.back() == 's' || word.back() == 'S');
    if (matches(word, unit.name) || (plural && matches(word.substr(0, word.size() - 1), unit.name))) {
      return &unit;
    }
  }
  return nullptr;
}

bool readIntervalPart(Reader& reader, WideInterval* sum, bool* timeSeen) {
  const bool negative = reader.take('-');
  if (!negative) {
    reader.take('+');
  }
  const Int128 sign = negative ? -1 : 1;
  const auto number = reader.takeNumber(1, 18);
  if (!number) {
    return false;
  }
  if (const auto afterHours = readAfterHours(reader)) {
    sum->microseconds += sign * (Int128{*number} * kMicrosecondsPerHour + *afterHours);
    *timeSeen = true;
    return true;
  }
  std::int64_t millionths = 0;
  if (reader.take('.')) {
    const auto fraction = reader.takeFraction();
    if (!fraction) {
      return false;
    }
    millionths = *fraction;
  }
  reader.takeBlanks();
  const Unit* unit = findUnit(reader.takeLetters());
  // A part of a month or a day is no whole number of smaller units.
  if (unit == nullptr || (millionths != 0 && unit->microseconds == 0)) {
    return false;
  }
  sum->months += sign * *number * unit->months;
  sum->days += sign * *number * unit->days;
  sum->microseconds +=
      sign * (Int128{*number} * unit->microseconds + Int128{millionths} * unit->microseconds / kMicrosecondsPerSecond);
  return true;
}

template <typename T>
bool narrow(Int128 wide, T* value) {
  *value = static_cast<T>(wide);
  return *value == wide;
}

char* writeDigits(char* target, std::uint64_t value, std::size_t width) {
  std::array<char, 20> digits;
  std::size_t count = 0;
  for (; value != 0 || count < width; value /= 10) {
    digits[count++] = static_cast<char>('0' + value % 10);
  }
  return std::reverse_copy(digits.begin(), digits.begin() + static_cast<std::ptrdiff_t>(count), target);
}

/// "hh:mm:ss" and the fraction.
char* writeTime(char* target, std::uint64_t microseconds) {
  target = writeDigits(target, microseconds / kMicrosecondsPerHour, 2);
  *target++ = ':';
  target = writeDigits(target, microseconds / kMicrosecondsPerMinute % 60, 2);
  *target++ = ':';
  target = writeDigits(target, microseconds / kMicrosecondsPerSecond % 60, 2);
  if (const std::uint64_t fraction = microseconds % kMicrosecondsPerSecond; fraction != 0) {
    *target++ = '.';
    target = writeDigits(target, fraction, 6);
    while (target[-1] == '0') {
      --target;
    }
  }
  return target;
}

char* writeDate(char* target, std::int32_t days) {
  const CivilDate civil = civilFromDays(days);
  if (civil.year < 0) {
    *target++ = '-';
  }
  target = writeDigits(target, static_cast<std::uint64_t>(civil.year < 0 ? -civil.year : civil.year), 4);
  *target++ = '-';
  target = writeDigits(target, static_cast<std::uint64_t>(civil.month), 2);
  *target++ = '-';
  return writeDigits(target, static_cast<std::uint64_t>(civil.day), 2);
}

/// "3 days " for a part of an interval that is not zero.
char* writePart(char* target, std::int64_t count, std::string_view unit) {
  if (count == 0) {
    return target;
  }
  target += formatInteger(count, target);
  *target++ = ' ';
  target = std::ranges::copy(unit, target).out;
  if (count != 1 && count != -1) {
    *target++ = 's';
  }
  *target++ = ' ';
  return target;
}

}  // namespace

bool parseDate(std::string_view text, Date* value) noexcept {
  Reader reader(text);
  const auto days = readDays(reader);
  if (!days || !reader.atEnd()) {
    return false;
  }
  *value = Date{static_cast<std::int32_t>(*days)};
  return true;
}

bool parseTime(std::string_view text, Time* value) noexcept {
  Reader reader(text);
  const auto time = readTimeOfDay(reader);
  if (!time || !reader.atEnd()) {
    return false;
  }
  *value = Time{*time};
  return true;
}

bool parseTimestamp(std::string_view text, Timestamp* value) noexcept {
  Reader reader(text);
  const auto days = readDays(reader);
  if (!days) {
    return false;
  }
  std::int64_t time = 0;
  if (!reader.atEnd()) {
    if (!reader.take('T') && !reader.takeBlanks()) {
      return false;
    }
    const auto parsed = readTimeOfDay(reader);
    if (!parsed || !reader.atEnd()) {
      return false;
    }
    time = *parsed;
  }
  std::int64_t result = 0;
  if (!narrow(Int128{*days} * kMicrosecondsPerDay + time, &result)) {
    return false;
  }
  *value = Timestamp{result};
  return true;
}

bool parseInterval(std::string_view text, Interval* value) noexcept {
  Reader reader(text);
  WideInterval sum;
  bool timeSeen = false;
  do {
    // Nothing may follow a time.
    if (timeSeen || !readIntervalPart(reader, &sum, &timeSeen)) {
      return false;
    }
    reader.takeBlanks();
  } while (!reader.atEnd());
  Interval result{};
  if (!narrow(sum.months, &result.months) || !narrow(sum.days, &result.days) ||
      !narrow(sum.microseconds, &result.microseconds)) {
    return false;
  }
  *value = result;
  return true;
}

std::size_t formatDate(Date value, char* target) noexcept {
  return static_cast<std::size_t>(writeDate(target, static_cast<std::int32_t>(value)) - target);
}

std::size_t formatTime(Time value, char* target) noexcept {
  return static_cast<std::size_t>(writeTime(target, static_cast<std::uint64_t>(value)) - target);
}

std::size_t formatTimestamp(Timestamp value, char* target) noexcept {
  char* position = writeDate(target, dayOf(value));
  *position++ = ' ';
  return static_cast<std::size_t>(writeTime(position, static_cast<std::uint64_t>(timeOfDay(value))) - target);
}

std::size_t formatInterval(Interval value, char* target) noexcept {
  char* position = writePart(target, value.months / 12, "year");
  position = writePart(position, value.months % 12, "month");
  position = writePart(position, value.days, "day");
  if (value.microseconds != 0 || position == target) {
    auto magnitude = static_cast<std::uint64_t>(value.microseconds);
    if (value.microseconds < 0) {
      *position++ = '-';
      magnitude = 0 - magnitude;
    }
    position = writeTime(position, magnitude);
  } else {
    --position;
  }
  return static_cast<std::size_t>(position - target);
}

}  // namespace basalt
