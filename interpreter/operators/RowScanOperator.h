#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "interpreter/operators/SourceOperator.h"
#include "operators/expression/AggregateLoop.h"
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
  struct Failure {
    ErrorCode code = ErrorCode::None;
    std::uint32_t row = 0;
    std::size_t aggregate = 0;
  };
  /// The first row that fails in one of the aggregates.
  Failure finaliseAggregates(const std::byte* const* rows, std::uint32_t rowCount);
  void raise(const Failure& failure) const;

  const WorkerContext& context_;
  const RowLayout& layout_;
  /// Null pointer when the rows are no groups.
  const AggregationSpec* aggregation_ = nullptr;
  /// Per output column that is read from the rows, the stored column; nothing for one that is NULL in all of them.
  std::vector<std::optional<std::uint32_t>> storedColumns_;
  std::vector<const AggregateLoops*> loops_;
  /// Memory per output column.
  std::vector<Vector> columns_;
  Batch batch_;
  /// A row that failed behind the rows delivered last.
  Failure pending_;
};

}  // namespace basalt::interpreter
