#pragma once

#include <filesystem>
#include <string>

#include "tests/fuzz/Shrinker.h"

namespace basalt::fuzz {

/// Writes a case as a folder that people and `scripts/fuzz --replay` can run: plan.json, schema.sql, a .csv per table,
/// query.sql, the results of both sides, case.json (seed and layout of the tables) and README.md with the commands.
/// `checker` has just checked the case, or nothing at all.
void writeCase(const std::filesystem::path& folder, const FoundCase& found, const Checker& checker,
               const std::string& origin);

/// Reads what writeCase() wrote, as far as it takes part in a run. Throws ExecutionError.
FoundCase readCase(const std::filesystem::path& folder);

}  // namespace basalt::fuzz
