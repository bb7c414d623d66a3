#include "operators/expression/NameSuggestion.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "operators/plan/SqlSyntax.h"

namespace basalt {

namespace {

/// Levenshtein's distance: insertions, deletions and replacements that turn one text into the other.
std::size_t editDistance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestName(std::string_view name, std::span<const std::string> known) {
  // Longer names than these are no typing errors of each other, and the distance takes quadratic time.
  constexpr std::size_t kLongest = 128;
  const std::string wanted = sqlsyntax::lowerCase(name);
  std::size_t nearest = std::max<std::size_t>(1, name.size() / 3) + 1;
  const std::string* best = nullptr;
  for (const std::string& candidate : known) {
    if (candidate.size() > kLongest || wanted.size() > kLongest) {
      continue;
    }
    const std::size_t distance = editDistance(wanted, sqlsyntax::lowerCase(candidate));
    if (distance < nearest) {
      nearest = distance;
      best = &candidate;
    }
  }
  return best == nullptr ? std::string() : fmt::format("; did you mean '{}'?", *best);
}

}  // namespace basalt
