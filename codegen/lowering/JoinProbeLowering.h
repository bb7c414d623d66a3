#pragma once

#include <optional>
#include <vector>

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/JoinCandidates.h"
#include "codegen/lowering/OperatorLowering.h"
#include "runtime/hashtable/JoinTable.h"

namespace basalt::codegen {

/// Looks up each row in the join's table and passes on what the join's type makes of it: the row joined with every
/// match, or the row itself by whether it has one. What comes behind the join is emitted once, whatever the type.
///
/// Of several failing candidates of a row the first in the chain's order is reported. A row that is passed on by
/// whether it has a match evaluates the condition on no candidate behind the first match.
class JoinProbeLowering final : public StepLowering {
 public:
  JoinProbeLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step),
        spec_(specOf<JoinSpec>()),
        facts_(builder.facts().ofJoin(step)),
        expressions_(builder, label()),
        candidates_(builder, label(), spec_, facts_) {}

  void setup() override;
  void consume(const Row& row) override;
  unsigned prefetchRounds() const override;
  Val<bool> prefetchPays(const Row& first, const Row& last, Val<std::uint64_t> count) override;
  void beginLookup(const Row& row, llvm::function_ref<void(Lookup)> then) override;
  Lookup prefetch(Lookup lookup, unsigned round) override;
  void prefetchBehind(const RowsAhead& rows) override;
  std::vector<Dismissal> dismissals(const VectorColumns& columns) override;

 private:
  /// If (the row has a candidate) { then(what is passed on, should that be a match) }
  void ifCandidate(const Row& row, llvm::function_ref<void(const Row&)> then);
  /// A joined row per match.
  void joinMatches(const Row& row, std::span<const SqlValue> keys);
  /// The same, and the row with NULLs where there is no match.
  void joinOrExtend(const Row& row, std::span<const SqlValue> keys, std::optional<Val<bool>> keyIsNull);
  /// The row itself, by whether it has a match.
  void decide(const Row& row, std::span<const SqlValue> keys, std::optional<Val<bool>> keyIsNull);

  /// Rows themselves, by whether they have a match.
  bool passesOn() const noexcept {
    return spec_.probeOutput == JoinSpec::ProbeOutput::Matched || spec_.probeOutput == JoinSpec::ProbeOutput::Unmatched;
  }
  /// What becomes of a row, where keys are tested.
  Val<bool> passes(const Row& row);
  bool testsKeys() const noexcept { return spec_.testsKeys() && facts_.isRanked; }
  bool marksKeys() const noexcept { return spec_.marksKeys() && facts_.isRanked; }
  Val<std::int64_t> rankedKey(const Row& row) {
    return candidates_.rankedKey(expressions_.value(*spec_.probeKeys.front(), row));
  }
  /// Whether the table has the key; or, if it `mayErr`, false for most that it does not have.
  Val<bool> testKey(Val<std::int64_t> key, bool mayErr);
  void findMatch(const Row& row, std::span<const SqlValue> keys, Var<bool>& isMatched,
                 std::optional<Var<bool>>& isUnknown);
  /// Whether all that becomes of a row whose key the table has is one row that it puts out.
  bool passesOneRowPerKey() const noexcept;
  /// What its output columns are like where its input columns are like these.
  VectorColumns outputForms(const VectorColumns& columns) const;
  /// Emits what becomes of a row, joined where it is, that it puts out.
  void passOn(const Row& row);
  /// if (condition) { then }
  void ifSatisfied(const Row& joined, FunctionBuilder::Body then);
  void markBuildRow(Val<const JoinRow*> candidate);
  Val<bool> markIsNull(Val<bool> isMatched, std::optional<Val<bool>> keyIsNull,
                       const std::optional<Var<bool>>& isUnknown);
  void countTested();
  void endLongBlock(Val<std::uint64_t> matches);
  Row payload(Val<const JoinRow*> candidate);

  const JoinSpec& spec_;
  JoinFacts facts_;
  ExpressionLowering expressions_;
  JoinCandidates candidates_;
  std::optional<Val<JoinTable*>> table_;
  /// It gets no row but those that may matter.
  bool dismissed_ = false;
  /// The rows it puts out are counted where further ones are dismissed.
  bool isCounted_ = false;
  /// Where marksKeys().
  std::optional<Val<std::uint8_t*>> keyMarks_;
  std::optional<Val<const JoinRow*>> nullRow_;
  /// Candidates with equal keys; only where not each of them is passed on.
  std::optional<Var<std::uint64_t>> tested_;
};

}  // namespace basalt::codegen
