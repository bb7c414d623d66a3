#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tests/interpreter/support/PipelineHarness.h"

namespace basalt::testing {

/// Rows of all kinds of columns, some with NULLs, in all encodings: i (integer, few values), b (bigint), n (integer,
/// nullable), d (decimal(12,2), nullable), w (decimal(30,4)), f (double, nullable, with NaN and -0), s (varchar, few
/// values, nullable), t (varchar, many values, long), p (boolean, nullable), day (date).
Schema randomSchema();
Rows randomRows(std::mt19937_64& random, std::size_t count);
/// A table named "t" of such rows, in several chunks.
std::shared_ptr<const Table> randomTable(const Rows& rows, const std::string& name = "t");

}  // namespace basalt::testing
