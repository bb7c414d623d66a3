#pragma once

namespace basalt {

/// What is known of a join's table once it is built.
struct JoinFacts {
  /// Candidates are found by the rank of the first key, and all have it: see KeyRanks.
  bool isRanked = false;
  /// No probe has more than one candidate.
  bool isUnique = false;
  /// Ranked, and of the numbers between the smallest and the largest key so few are keys that testing rows ahead of
  /// their probes can be expected to pay: most would find nothing, or enough of them where a probe is no more than the
  /// test.
  bool isSelective = false;
  /// Ranked, and all keys fit into 32 bits: see hasNarrowKey().
  bool isNarrow = false;
  /// Selective and narrow, and keys are so few that a coarse bitmap dismisses most rows: see mayHaveNarrowKey().
  bool isSparse = false;

  friend bool operator==(const JoinFacts&, const JoinFacts&) = default;
};

}  // namespace basalt
