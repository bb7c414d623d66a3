#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/ErrorCode.h"
#include "runtime/types/Schema.h"
#include "runtime/types/Value.h"

namespace basalt::fuzz {

/// One value of a result in a form that both engines' values can be brought to.
struct Cell {
  bool isNull = true;
  bool isNumber = false;
  /// Of the floating types, which are compared with a tolerance.
  double number = 0;
  /// Of all others.
  std::string text;
};
using CellRow = std::vector<Cell>;

Cell cellOf(const Value& value);
/// A value of `type` as the oracle writes it.
Cell parseCell(Type type, const std::string& text);

/// How a query ended.
struct Outcome {
  std::vector<CellRow> rows;
  /// None when there are rows.
  ErrorCode error = ErrorCode::None;
  std::string message;
  /// More rows than are worth comparing, or no answer in time: nothing can be said.
  bool isAbandoned = false;

  bool failed() const { return error != ErrorCode::None; }
};

/// What a result must have in common with another one.
struct Agreement {
  enum class Order : std::uint8_t {
    Open,    ///< the same rows, in any order
    ByKeys,  ///< and the values of the key columns in the same order: ties may stand either way
    Total,   ///< the same rows in the same order
  };
  Order order = Order::Open;
  std::vector<std::size_t> keyColumns;
  /// The other result is what a LIMIT without an order picks from; so many of its rows are expected.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> limitAndOffset;
};

/// What tells the rows of `found` from those of `expected`; nothing when they agree.
std::optional<std::string> difference(const std::vector<CellRow>& found, const std::vector<CellRow>& expected,
                                      const Agreement& agreement);

/// Rows as lines of text.
std::string describeRows(const std::vector<CellRow>& rows, std::size_t most);

}  // namespace basalt::fuzz
