#include "tests/tpch/AnswerFile.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace basalt::testing {
namespace {

constexpr double kTolerance = 1e-9;

std::vector<std::string> splitLine(const std::string& line) {
  std::vector<std::string> cells(1);
  bool isQuoted = false;
  for (std::size_t index = 0; index < line.size(); ++index) {
    const char letter = line[index];
    if (letter == '"') {
      // Two of them inside quotes stand for one.
      if (isQuoted && index + 1 < line.size() && line[index + 1] == '"')
        cells.back().push_back(line[++index]);
      else
        isQuoted = !isQuoted;
    } else if (letter == '|' && !isQuoted) {
      cells.emplace_back();
    } else if (letter != '\r') {
      cells.back().push_back(letter);
    }
  }
  return cells;
}

bool isSame(const std::string& expected, const std::string& found, Type type) {
  if (!type.isFloating() || expected == found) return expected == found;
  try {
    const double left = std::stod(expected);
    const double right = std::stod(found);
    return std::abs(left - right) <= kTolerance * std::max(std::abs(left), std::abs(right));
  } catch (const std::exception&) {
    return false;
  }
}

/// Floating point comes last, since its last digits may differ between the two sides.
TextRows sorted(TextRows rows, const Schema& schema) {
  const auto keyOf = [&](const std::vector<std::string>& row) {
    std::vector<std::string> key;
    for (const bool wantFloating : {false, true}) {
      for (std::size_t column = 0; column < row.size(); ++column) {
        if (schema[column].type.isFloating() == wantFloating) key.push_back(row[column]);
      }
    }
    return key;
  };
  std::ranges::sort(rows, {}, keyOf);
  return rows;
}

std::string cellDifference(const Answer& answer, std::size_t row, std::size_t column, const std::string& expected,
                           const std::string& found) {
  return "row " + std::to_string(row) + ", column " + answer.columns[column] + ": expected '" + expected +
         "' but found '" + found + "'";
}

}  // namespace

Answer readAnswer(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("cannot read " + path.string());
  Answer answer{splitLine(line), {}};
  while (std::getline(file, line)) {
    // Of a single column, an empty line is a row: a NULL.
    if (!line.empty() || answer.columns.size() == 1) answer.rows.push_back(splitLine(line));
  }
  return answer;
}

std::map<std::string, std::vector<std::string>> readOrderBy(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::map<std::string, std::vector<std::string>> queries;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string query;
    std::string columns;
    words >> query >> columns;
    std::istringstream names(columns);
    for (std::string name; std::getline(names, name, ',');) queries[query].push_back(name);
    queries.try_emplace(query);
  }
  if (queries.empty()) throw std::runtime_error("cannot read " + path.string());
  return queries;
}

std::string differenceFrom(const Answer& answer, const TextRows& rows, const Schema& schema,
                           const std::vector<std::string>& orderBy) {
  if (schema.size() != answer.columns.size()) {
    return "expected " + std::to_string(answer.columns.size()) + " columns but found " + std::to_string(schema.size());
  }
  if (rows.size() != answer.rows.size()) {
    return "expected " + std::to_string(answer.rows.size()) + " rows but found " + std::to_string(rows.size());
  }
  std::vector<std::size_t> sortColumns;
  for (const std::string& name : orderBy) {
    const auto found = std::ranges::find(answer.columns, name);
    if (found == answer.columns.end()) return "the answer has no column " + name;
    sortColumns.push_back(static_cast<std::size_t>(found - answer.columns.begin()));
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const std::size_t column : sortColumns) {
      if (!isSame(answer.rows[row][column], rows[row][column], schema[column].type)) {
        return "out of order: " + cellDifference(answer, row, column, answer.rows[row][column], rows[row][column]);
      }
    }
  }
  const TextRows expected = sorted(answer.rows, schema);
  const TextRows found = sorted(rows, schema);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < schema.size(); ++column) {
      if (!isSame(expected[row][column], found[row][column], schema[column].type)) {
        return cellDifference(answer, row, column, expected[row][column], found[row][column]);
      }
    }
  }
  return "";
}

}  // namespace basalt::testing
