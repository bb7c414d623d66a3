#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "interpreter/PhysicalOperator.h"
#include "interpreter/operators/JoinCandidates.h"
#include "interpreter/operators/ProbeRows.h"

namespace basalt::interpreter {

/// Joins its input with the table of a join that puts out a joined row per match: inner, outer and single joins.
///
/// Data flow, per input batch: look its rows up (ProbeRows); then, as often as needed, walk the chains from there and
/// collect up to a batch of candidates with equal hashes; keep those whose keys are equal, column by column; then those
/// that satisfy the further condition; where the spec says so, put the row of NULLs behind the chain of every input row
/// that nothing matched; gather the output columns.
///
/// Of several failing candidates of a row the first in the chain's order is reported; where several threads build the
/// table, that order differs from run to run.
class JoinPairsOperator final : public PhysicalOperator {
 public:
  JoinPairsOperator(const WorkerContext& context, const JoinSpec& spec, const JoinTable* table,
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
  void collectCandidates();
  void collectCandidatesAndEnds();
  /// Drops what the condition rejects, and everything from a candidate on for which it fails.
  void keepSatisfied();
  /// Drops everything from the second match of an input row on, and keeps the error.
  void keepSingleMatches();
  void noteMatches();
  /// Puts the row of NULLs behind the candidates of each input row that has ended without a match.
  void extendRows();
  /// Input rows at this position and behind it are not joined any more: they stand behind a failure.
  void cutEndsAt(std::uint32_t position);
  const Batch* deliver();

  const WorkerContext& context_;
  const JoinSpec& spec_;
  const JoinTable* table_;
  ProbeRows probe_;
  JoinCandidates candidates_;
  const Batch* input_ = nullptr;
  /// Where the collection of candidates goes on: index of a probe row.
  std::uint32_t cursor_ = 0;
  /// A row that failed behind the rows delivered last.
  std::optional<RowError> pending_;

  // Of joins that extend rows: positions of the input rows whose chains ended in this round; per position whether the
  // row has a match; room for candidates with rows of NULLs among them.
  Buffer ends_;
  std::uint32_t endCount_ = 0;
  Buffer isMatched_;
  Buffer mergedPositions_;
  Buffer mergedRows_;
  Batch batch_;
};

}  // namespace basalt::interpreter
