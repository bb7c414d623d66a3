#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "interpreter/PhysicalOperator.h"
#include "interpreter/operators/JoinCandidates.h"
#include "interpreter/operators/ProbeRows.h"

namespace basalt::interpreter {

/// Probes the table of a join that puts out input rows by whether they have a match, with a mark that says so, or that
/// only marks the build rows that match: semi, anti and mark joins.
///
/// Data flow, per input batch: look its rows up (ProbeRows); then, in rounds, test the next candidates of every row
/// that is undecided yet: one in the first round and twice as many in each further one, so that many rows with short
/// chains and few rows with long ones are both tested in large batches, and at most as much again is tested as
/// row-at-a-time evaluation would; then pass the rows on, where they lie.
///
/// Errors: a candidate behind a row's first match does not count, so its failure is dropped. Any other failure cuts the
/// input before its row, the rounds go on for the rows before, and the failure is raised behind them. Of several
/// failing candidates of a row the first in the chain's order is reported; where several threads build the table, that
/// order differs from run to run.
class JoinExistenceOperator final : public PhysicalOperator {
 public:
  JoinExistenceOperator(const WorkerContext& context, const JoinSpec& spec, const JoinTable* table,
                        std::uint8_t* keyMarks, std::unique_ptr<PhysicalOperator> input);

 protected:
  const Batch* doNextBatch() override;
  void doOpen() override;
  void doReset() override;
  void doClose() noexcept override;
  std::uint64_t ownMemory() const noexcept override;

 private:
  /// Bits of states_.
  static constexpr std::uint8_t kMatched = 1;
  static constexpr std::uint8_t kUnknown = 2;

  bool beginInput();
  /// What rows are without any match: unknown where a NULL in a key makes it so.
  void initialiseStates();
  void decide();
  /// Collects up to `perRow` candidates of each row from the one at index `first` on; returns the index to go on from.
  std::uint32_t collectCandidates(std::uint32_t first, std::uint64_t perRow);
  void testCandidates();
  void testCondition(ExpressionEvaluator& condition);
  /// Takes in the condition's value for the candidates of `tested` that do not fail, and cuts `tested` to them.
  void testCondition(ExpressionEvaluator& condition, RowSelection& tested);
  void noteMatch(std::uint32_t candidate);
  /// Keeps of the probe rows those that are undecided.
  void dropDecided();
  bool isDecided(std::uint32_t position) const noexcept;
  const Batch* deliver();
  Vector mark(const RowSelection& rows);

  const WorkerContext& context_;
  const JoinSpec& spec_;
  const JoinTable* table_;
  /// Of this worker, where all that there is to do is to mark keys; else null pointer.
  std::uint8_t* keyMarks_;
  /// All build rows that match are wanted, so no row is decided before the end of its chain.
  bool marksBuildRows_;
  ProbeRows probe_;
  JoinCandidates candidates_;
  const Batch* input_ = nullptr;
  /// Per position of the input: kMatched, kUnknown.
  Buffer states_;
  /// Input rows from this position on stand behind a failure.
  std::uint32_t end_ = UINT32_MAX;
  std::optional<RowError> pending_;
  /// Candidates that this round has had from the row it is at.
  std::uint64_t takenOfRow_ = 0;
  Buffer selection_;
  Vector mark_;
  Batch batch_;
};

}  // namespace basalt::interpreter
