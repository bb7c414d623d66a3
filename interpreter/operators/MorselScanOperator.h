#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "interpreter/columns/ColumnDecoder.h"
#include "interpreter/columns/StoredComparisonLoop.h"
#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/operators/SourceOperator.h"
#include "operators/pipeline/PipelineRunner.h"
#include "operators/spec/OperatorSpec.h"
#include "operators/spec/StoredComparison.h"
#include "runtime/kernels/LikePattern.h"

namespace basalt::interpreter {

/// Scans rows of a table: decodes the columns that the filter reads as its conjuncts need them, narrows the rows
/// conjunct by conjunct, then decodes the output columns for the rows that are left.
class MorselScanOperator final : public SourceOperator, private ColumnProvider {
 public:
  MorselScanOperator(const WorkerContext& context, const ScanSpec& spec);

 protected:
  const Batch* doNextBatch() override;
  void doReset() override;
  std::uint64_t ownMemory() const noexcept override;

 private:
  void makeFilter(const WorkerContext& context);
  /// Where the rows that pass the filter are within those begun.
  RowSelection filterRows(std::uint32_t rowCount);
  /// The end of the conjuncts from `begin` on that can be run on this morsel's stored bytes.
  std::size_t endOfStoredComparisons(std::size_t begin) const;
  RowSelection compareStored(std::size_t begin, std::size_t end, const RowSelection& rows);
  /// Whether the first conjunct can be decided by a search through this morsel's stored texts.
  bool canSearchTexts() const;
  RowSelection searchTexts(std::uint32_t rowCount);
  /// A column for the filter.
  Vector column(std::uint32_t index, const RowSelection& rows) override;
  void deliver(const RowSelection& rows, std::uint32_t rowCount);

  const ScanSpec& spec_;
  std::uint32_t batchRows_;
  std::vector<ColumnDecoder> decoders_;
  /// The filter's conjuncts.
  std::optional<ExpressionEvaluator> filter_;
  /// For each of them, whether it can be run on stored bytes where there are no NULLs.
  std::vector<std::optional<StoredComparisonLoop>> storedComparisons_;
  /// Of the first of them, and its pattern.
  std::optional<StoredLike> like_;
  const LikePattern* pattern_ = nullptr;
  /// Which rows satisfy several of those.
  Buffer mask_;
  Buffer maskSelection_;
  Batch batch_;
  /// The first row being worked on, and the number of them.
  std::uint64_t first_ = 0;
  std::uint32_t rowCount_ = 0;
};

}  // namespace basalt::interpreter
