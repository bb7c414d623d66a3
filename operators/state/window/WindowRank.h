#pragma once

#include "operators/state/window/WindowFunction.h"
#include "operators/state/window/WindowOperandReader.h"
#include "operators/state/window/WindowResult.h"

namespace basalt {

/// The functions that depend on the place of a row in its partition alone: row_number, rank, dense_rank, percent_rank,
/// cume_dist, ntile.
class WindowRank final : public WindowFunction {
 public:
  WindowRank(const WindowSpec& spec, const WindowFunctionSpec& function, const RowLayout::Column& result)
      : kind_(function.kind), operand_(spec, function), result_(result) {}

  void compute(WindowPartition& partition) override;

 private:
  void computeByRow(WindowPartition& partition) const;
  void computeByGroup(WindowPartition& partition) const;
  void storeTile(std::byte* row, std::uint64_t position, std::uint64_t size) const;

  WindowFunctionSpec::Kind kind_;
  WindowOperandReader operand_;
  WindowResult result_;
};

}  // namespace basalt
