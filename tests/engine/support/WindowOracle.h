#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "operators/plan/PlanNode.h"
#include "tests/engine/support/QueryTest.h"
#include "tests/engine/support/RowOrder.h"

namespace basalt::testing {

/// A window function as the oracle takes it: columns by number.
struct OracleCall {
  std::string function;
  std::optional<std::size_t> argument = {};
  /// A Boolean column: only rows where it is TRUE count.
  std::optional<std::size_t> filter = {};
  bool ignoreNulls = false;
  /// Of ntile, lag, lead, nth_value: a constant or a column.
  std::int64_t number = 1;
  std::optional<std::size_t> numberColumn = {};
  std::optional<std::size_t> defaultColumn = {};
};

/// A frame bound as the oracle takes it: the distance as a number, in what orderNumber() makes of keys.
struct OracleBound {
  FrameBound::Kind kind = FrameBound::Kind::CurrentRow;
  double distance = 0;
};
struct OracleFrame {
  WindowFrame::Unit unit = WindowFrame::Unit::Range;
  OracleBound start{FrameBound::Kind::UnboundedPreceding, 0};
  OracleBound end{FrameBound::Kind::CurrentRow, 0};
};

/// A key as a number: the value of integers and floating point, the unscaled one of decimals, days, microseconds.
double orderNumber(const Value& value);

/// Window functions by their definition: for every row, every row of its partition is asked whether it is in the frame.
class WindowOracle {
 public:
  /// `rows` in order of partition and order keys.
  WindowOracle(const Rows& rows, const std::vector<std::size_t>& partitionBy, std::vector<OrderKey> orderBy);

  /// For every row the results of the functions, as text.
  std::vector<std::vector<std::string>> results(const std::vector<OracleCall>& calls, const OracleFrame& frame) const;

 private:
  /// How many groups of peers `to` is behind `from`.
  std::int64_t groupDistance(std::size_t from, std::size_t to) const;
  /// Whether `other` is not before the bound at the start, not behind that at the end, of `row`'s frame.
  bool isWithin(std::size_t row, std::size_t other, const OracleFrame& frame, bool isStart) const;
  std::string inPartition(const OracleCall& call, std::size_t row, std::size_t begin, std::size_t end) const;
  std::string shifted(const OracleCall& call, std::size_t row, std::size_t begin, std::size_t end) const;
  std::string inFrame(const OracleCall& call, std::size_t row, const std::vector<std::size_t>& frame) const;

  const Rows& rows_;
  std::vector<OrderKey> orderBy_;
  /// Per row: the number of its partition, and of its group of peers.
  std::vector<std::int64_t> partitions_;
  std::vector<std::int64_t> groups_;
};

}  // namespace basalt::testing
