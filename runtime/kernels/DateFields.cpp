#include "runtime/kernels/DateFields.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace basalt::kernels {

StringView nameOfWeekday(std::int64_t sinceSunday) noexcept {
  static constexpr std::array<std::string_view, 7> kNames = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                             "Thursday", "Friday", "Saturday"};
  return StringView::make(kNames[static_cast<std::size_t>(sinceSunday)]);
}

StringView nameOfMonth(std::int64_t sinceJanuary) noexcept {
  static constexpr std::array<std::string_view, 12> kNames = {"January",   "February", "March",    "April",
                                                              "May",       "June",     "July",     "August",
                                                              "September", "October",  "November", "December"};
  return StringView::make(kNames[static_cast<std::size_t>(sinceJanuary)]);
}

}  // namespace basalt::kernels
