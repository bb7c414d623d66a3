#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "interpreter/operators/SourceOperator.h"
#include "interpreter/rows/GroupReading.h"
#include "operators/pipeline/PipelineRunner.h"
#include "operators/spec/OperatorSpec.h"

namespace basalt::interpreter {

/// Delivers materialised rows: the groups of an aggregation (keys, then finalised aggregates), the columns of sorted
/// rows, those of a window and its results, or build rows of a join with NULLs for the probe columns.
class RowScanOperator final : public SourceOperator {
 public:
  /// `spec` is an AggregationSpec, SortSpec, TopNSpec, WindowSpec or JoinSpec.
  RowScanOperator(const WorkerContext& context, const OperatorSpec& spec);

 protected:
  const Batch* doNextBatch() override;
  void doReset() override;
  std::uint64_t ownMemory() const noexcept override;

 private:
  const std::byte* const* addressesFrom(std::uint64_t first, std::uint32_t count);

  const WorkerContext& context_;
  const RowLayout& layout_;
  /// Of a batch of rows that no list names.
  std::vector<const std::byte*> addresses_;
  /// When the rows are groups; else the columns are read here.
  std::optional<GroupReading> groups_;
  /// Per output column, the stored column; nothing for one that is NULL in all rows.
  std::vector<std::optional<std::uint32_t>> storedColumns_;
  /// Memory per output column.
  std::vector<Vector> columns_;
  Batch batch_;
};

}  // namespace basalt::interpreter
