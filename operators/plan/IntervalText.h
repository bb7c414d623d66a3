#pragma once

#include <string>

#include "runtime/types/Temporal.h"

namespace basalt {

/// As an SQL literal: "interval '90' day", or with several parts "interval '1 month 2 day'".
std::string intervalToSql(Interval interval);

}  // namespace basalt
