#pragma once

#include <chrono>

#include "tests/fuzz/Checker.h"

namespace basalt::fuzz {

/// A case with all that is needed to run it again.
struct FoundCase {
  PhysicalPlan plan;
  World world;
  std::uint64_t seed = 0;
  Finding finding;
};

/// Takes away operators, expressions, tables, columns and rows as long as a finding of the same kind remains, and as
/// long as there is time. (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002, for rows;
/// greedy steps for the plan.) The oracle's tables are those of the result in the end.
FoundCase shrink(FoundCase found, Checker& checker, Oracle& oracle, std::chrono::seconds time);

}  // namespace basalt::fuzz
