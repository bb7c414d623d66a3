#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "codegen/lowering/Row.h"
#include "operators/expression/Expression.h"
#include "operators/expression/ValueRange.h"

namespace basalt::codegen {

/// Rows that are looked at together, in loops of vector instructions (VectorLoop.h) over their indexes.
struct RowBlock {
  /// At least one, at most PipelineBuilder::kBlockRows.
  Val<std::uint64_t> count;
  /// The row of an index below `count`, for one loop.
  std::function<Row(Val<std::uint64_t>)> rowAt;
  /// One byte per row, 1 for those that are in the stream and 0 for others, whose values mean nothing; without it all
  /// are.
  std::optional<Val<std::uint8_t*>> mask = std::nullopt;
  /// With a mask, the same rows in their order.
  struct Matches {
    Val<std::uint64_t> count;
    /// The row of an index below it, for one loop.
    std::function<Row(Val<std::uint64_t>)> rowAt;
  };
  std::optional<Matches> matches = std::nullopt;
  /// Memory that the rows which follow on the block come with: so much for each of them, beginning there.
  struct Stream {
    Val<const std::byte*> start;
    std::uint64_t bytesPerRow;
  };
  std::vector<Stream> following = {};
};

/// What is known of a column of such rows.
struct VectorColumn {
  /// How vector instructions come by its value.
  enum class Form : std::uint8_t {
    None,      ///< not at all; it may be NULL, too
    Stored,    ///< by loading it, which takes two words where it has 16 bytes
    Computed,  ///< by computing it from others
  };
  Form form = Form::None;
  /// Where its values lie.
  KnownRange range = std::nullopt;
  /// That is guessed: code that relies on it holds for blocks that it has checked, see GuessedRanges.
  bool isGuess = false;
  /// It is guessed as well that a few different ones are all there are, each always the same bytes.
  bool hasFewValues = false;
};
using VectorColumns = std::vector<VectorColumn>;

/// Whether vector instructions can compute the expression for every row of a block.
bool isVectorizable(const Expression& expression, const VectorColumns& columns);

}  // namespace basalt::codegen
