#pragma once

namespace basalt {

/// What is known of a join's table once it is built.
struct JoinFacts {
  /// Candidates are found by the rank of the first key, and all have it: see KeyRanks.
  bool isRanked = false;
  /// No probe has more than one candidate.
  bool isUnique = false;

  friend bool operator==(const JoinFacts&, const JoinFacts&) = default;
};

}  // namespace basalt
