#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runtime/types/Schema.h"

namespace basalt::testing {

/// Cells as text, row by row.
using TextRows = std::vector<std::vector<std::string>>;

/// A query's known result.
struct Answer {
  std::vector<std::string> columns;
  TextRows rows;
};

/// Reads a file with a header line and '|' between columns; cells may be in double quotes. Throws std::runtime_error.
Answer readAnswer(const std::filesystem::path& path);

/// Reads a file with a line per query: its name, a space, and the answer's names of the columns that the query orders
/// by, with ',' between them. Throws std::runtime_error.
std::map<std::string, std::vector<std::string>> readOrderBy(const std::filesystem::path& path);

/// What is wrong with a result, or an empty string: floating point to a relative 1e-9, everything else exactly. Rows
/// may come in any order, except that the answer's columns `orderBy` must have the answer's values row for row.
std::string differenceFrom(const Answer& answer, const TextRows& rows, const Schema& schema,
                           const std::vector<std::string>& orderBy);

}  // namespace basalt::testing
