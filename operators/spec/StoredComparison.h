#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// A condition of a scan's filter that both engines can decide on stored bytes: an integer column against a literal.
/// Where the literal fits the bytes that the column is stored in (or those that its stored numbers take in units of 1),
/// the comparison of that narrower type says the same and takes a fraction of the instructions. Which comparisons fit
/// is part of a pipeline's signature, what they compare with is not.
struct StoredComparison {
  /// The comparison of integers of ColumnEncoding::valueWidth() bytes.
  const KernelInfo* kernel = nullptr;
  /// Among the scan's read columns.
  std::uint32_t column = 0;
  const Expression* literal = nullptr;
  /// The literal is the kernel's first argument.
  bool literalComesFirst = false;
};

/// Nothing when `condition` is something else or the literal does not fit. Says nothing of NULLs, which the caller must
/// know not to be there.
std::optional<StoredComparison> findStoredComparison(const Expression& condition, const ScanSpec& scan);

/// An equality of columns of plain strings with literals, or several of which one has to hold, that vector code can
/// decide, or nearly, by the handles of the strings. Whether it can decide it is part of a pipeline's signature.
struct StoredEquality {
  struct Alternative {
    /// Among the scan's read columns.
    std::uint32_t column = 0;
    const Expression* literal = nullptr;
  };
  std::vector<Alternative> alternatives;
  /// All literals lie within their handles. Of others the handle has the length and the first bytes, so that rows which
  /// pass are still to be tested.
  bool isDecided = false;
};

/// Nothing when `condition` is something else, or of many alternatives. Says nothing of NULLs either.
std::optional<StoredEquality> findStoredEquality(const Expression& condition, const ScanSpec& scan);

/// LIKE or NOT LIKE with a constant pattern that both engines can decide for many stored texts at once.
struct StoredLike {
  /// Among the scan's read columns.
  std::uint32_t column = 0;
  /// The prepared pattern.
  const Expression* pattern = nullptr;
  bool isNegated = false;
};

/// Nothing when `condition` is something else or the pattern tells too little. Says nothing of NULLs either.
std::optional<StoredLike> findStoredLike(const Expression& condition, const ScanSpec& scan);

/// The parts of a filter that must all hold, in the order in which both engines evaluate them; none without a filter.
/// Stored comparisons go before dearer conjuncts, but not before one that may fail, which would then not see the same
/// rows.
std::vector<ExpressionPointer> filterConjuncts(const ScanSpec& scan);

}  // namespace basalt
