#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/types/Temporal.h"

namespace basalt {

/// The interval of `count` (an optionally signed whole number) times `unit` ("day", "months", ...; lower case). Nothing
/// when the unit is unknown, the number is none, or the product is out of range.
std::optional<Interval> intervalOf(std::string_view count, std::string_view unit);

/// Reads "1 year 2 months -3 days": numbers and units in turn, added up.
std::optional<Interval> parseIntervalText(std::string_view text);

/// As an SQL literal: "interval '90' day", or with several parts "interval '1 month 2 day'".
std::string intervalToSql(Interval interval);

}  // namespace basalt
