#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "interpreter/PhysicalOperator.h"
#include "interpreter/expression/ExpressionEvaluator.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/hashtable/JoinTable.h"
#include "runtime/memory/Buffer.h"

namespace basalt::interpreter {

/// Joins its input with a hash table.
///
/// Data flow, per input batch: evaluate and hash the keys; look all hashes up in the directory, which yields the rows
/// that may have matches (memory is prefetched a batch ahead of its use); then, as often as needed, walk the chains
/// from there and collect up to a batch of candidates, pairs of input position and build row with equal hashes, in
/// input order; keep those whose keys are equal, column by column; then those that satisfy the further condition;
/// gather the output columns.
class HashJoinProbeOperator final : public PhysicalOperator, private ColumnProvider {
 public:
  HashJoinProbeOperator(const WorkerContext& context, const JoinSpec& spec, const JoinTable* table,
                        std::unique_ptr<PhysicalOperator> input);

 protected:
  const Batch* doNextBatch() override;
  void doOpen() override;
  void doReset() override;
  void doClose() noexcept override;
  std::uint64_t ownMemory() const noexcept override;

 private:
  /// Takes up the next input batch; false at the end of the input.
  bool beginInput();
  void lookUp(const RowSelection& rows);
  void collectCandidates();
  void keepEqualKeys();
  void keepSatisfied(ExpressionEvaluator& condition);
  const Batch* deliver();
  /// The candidates that `kept` lists become all there are.
  void keep(const RowSelection& kept);
  /// A column of the joined row, for the further condition.
  Vector column(std::uint32_t index, const RowSelection& rows) override;
  Vector joinedColumn(std::uint32_t index, const RowSelection& rows);

  const WorkerContext& context_;
  const JoinSpec& spec_;
  const JoinTable* table_;
  ExpressionEvaluator keys_;
  std::optional<ExpressionEvaluator> condition_;

  const Batch* input_ = nullptr;
  std::vector<Vector> keyValues_;
  /// Capacity in rows of the buffers that follow.
  std::uint32_t capacity_ = 0;
  Buffer keySelection_;
  Buffer hashes_;
  /// Input rows with an entry in the directory: position, hash and first row of the chain.
  Buffer probePositions_;
  Buffer probeHashes_;
  Buffer probeRows_;
  std::uint32_t probeCount_ = 0;
  /// Where the collection of candidates goes on: the row of the above, and the place in its chain.
  std::uint32_t cursor_ = 0;
  const JoinRow* chain_ = nullptr;
  Buffer candidatePositions_;
  Buffer candidateRows_;
  std::uint32_t candidateCount_ = 0;
  Buffer candidateSelection_;

  /// Memory per column of the joined row, made when first needed.
  std::vector<Vector> joinedColumns_;
  Batch batch_;
};

}  // namespace basalt::interpreter
