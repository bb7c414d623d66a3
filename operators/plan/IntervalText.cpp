#include "operators/plan/IntervalText.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "operators/plan/SqlSyntax.h"
#include "runtime/types/Int128.h"

namespace basalt {

namespace {

struct IntervalUnit {
  std::string_view name;
  std::int32_t months;
  std::int32_t days;
  std::int64_t microseconds;
};

constexpr std::array kUnits = {
    IntervalUnit{"year", 12, 0, 0},
    IntervalUnit{"month", 1, 0, 0},
    IntervalUnit{"week", 0, 7, 0},
    IntervalUnit{"day", 0, 1, 0},
    IntervalUnit{"hour", 0, 0, 3'600'000'000},
    IntervalUnit{"minute", 0, 0, 60'000'000},
    IntervalUnit{"second", 0, 0, 1'000'000},
    IntervalUnit{"millisecond", 0, 0, 1'000},
    IntervalUnit{"microsecond", 0, 0, 1},
};

template <typename Integer>
bool accumulate(Integer& sum, Int128 addend) {
  const Int128 result = sum + addend;
  if (result < std::numeric_limits<Integer>::min() || result > std::numeric_limits<Integer>::max()) {
    return false;
  }
  sum = static_cast<Integer>(result);
  return true;
}

}  // namespace

std::optional<Interval> intervalOf(std::string_view count, std::string_view unit) {
  std::int64_t number = 0;
  const std::string_view digits = count.starts_with('+') ? count.substr(1) : count;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  for (const IntervalUnit& known : kUnits) {
    if (unit == known.name || (unit.ends_with('s') && unit.substr(0, unit.size() - 1) == known.name)) {
      Interval result{};
      const Int128 factor = number;
      if (accumulate(result.months, factor * known.months) && accumulate(result.days, factor * known.days) &&
          accumulate(result.microseconds, factor * known.microseconds)) {
        return result;
      }
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<Interval> parseIntervalText(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t begin = text.find_first_not_of(' '); begin != std::string_view::npos;
       begin = text.find_first_not_of(' ', begin)) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    words.push_back(sqlsyntax::lowerCase(text.substr(begin, end - begin)));
    begin = end;
  }
  if (words.empty() || words.size() % 2 != 0) {
    return std::nullopt;
  }
  Interval sum{};
  for (std::size_t index = 0; index < words.size(); index += 2) {
    const std::optional<Interval> part = intervalOf(words[index], words[index + 1]);
    if (!part || !accumulate(sum.months, part->months) || !accumulate(sum.days, part->days) ||
        !accumulate(sum.microseconds, part->microseconds)) {
      return std::nullopt;
    }
  }
  return sum;
}

std::string intervalToSql(Interval interval) {
  std::vector<std::pair<std::int64_t, std::string_view>> parts;
  if (interval.months != 0) {
    parts.emplace_back(interval.months % 12 == 0 ? interval.months / 12 : interval.months,
                       interval.months % 12 == 0 ? "year" : "month");
  }
  if (interval.days != 0) {
    parts.emplace_back(interval.days, "day");
  }
  if (interval.microseconds != 0) {
    const bool isWhole = interval.microseconds % 1'000'000 == 0;
    parts.emplace_back(isWhole ? interval.microseconds / 1'000'000 : interval.microseconds,
                       isWhole ? "second" : "microsecond");
  }
  if (parts.empty()) {
    parts.emplace_back(0, "day");
  }
  if (parts.size() == 1) {
    return fmt::format("interval '{}' {}", parts.front().first, parts.front().second);
  }
  std::string text;
  for (const auto& [count, unit] : parts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", count, unit);
  }
  return fmt::format("interval '{}'", text);
}

}  // namespace basalt
