#include "operators/plan/IntervalText.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/types/Calendar.h"

namespace basalt {

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
    // In two parts, since readers do not take a number of all digits that 64 bits can hold.
    if (const std::int64_t seconds = interval.microseconds / kMicrosecondsPerSecond; seconds != 0) {
      parts.emplace_back(seconds, "second");
    }
    if (const std::int64_t rest = interval.microseconds % kMicrosecondsPerSecond; rest != 0) {
      parts.emplace_back(rest, "microsecond");
    }
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
