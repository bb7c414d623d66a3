#pragma once

#include <optional>
#include <vector>

#include "codegen/lowering/ExpressionLowering.h"

namespace basalt::codegen {

/// Tests the cheap conditions of a scan's filter for a whole block of rows, before the loop over its rows: a loop
/// without branches that writes one byte per row, which LLVM turns into vector code. The row loop then goes from match
/// to match.
class BlockFilter {
 public:
  /// A row of the columns at a position, for each position that is asked for.
  using RowAt = llvm::function_ref<Row(Val<std::uint64_t>)>;

  BlockFilter(PipelineBuilder& builder, std::string label)
      : p(builder), label_(label), expressions_(builder, std::move(label)) {}

  /// Takes over those of `conjuncts` that `canTest` allows and that come before the first that may fail; returns the
  /// others.
  std::vector<ExpressionPointer> take(std::span<const ExpressionPointer> conjuncts,
                                      llvm::function_ref<bool(const Expression&)> canTest);
  bool isEmpty() const { return conditions_.empty(); }

  /// In the setup.
  void setup();
  /// Tests the rows from `begin` to `end`, at least one.
  void beginBlock(Val<std::uint64_t> begin, Val<std::uint64_t> end, RowAt rowAt);
  /// Moves to the next match and emits `match`; or moves on by as many rows as can be passed over at once.
  void findMatch(llvm::function_ref<void(Val<std::uint64_t>)> match);

 private:
  /// Bytes of matches that are looked at together.
  static constexpr std::uint64_t kStride = 8;

  void loadNext(Val<std::uint64_t> base);

  PipelineBuilder& p;  // NOLINT(readability-identifier-naming): stands in front of every emitted operation
  std::string label_;
  ExpressionLowering expressions_;
  std::vector<ExpressionPointer> conditions_;
  /// One byte per row of the block: 1 where all conditions hold; kStride zeros behind the last.
  std::optional<Val<std::byte*>> matches_;
  std::optional<Var<std::uint64_t>> begin_;
  /// The bytes of the next kStride rows, from row `base_` on; those of matches that were found are cleared. In a
  /// register, so that finding a match does not wait for memory.
  std::optional<Var<std::uint64_t>> next_;
  std::optional<Var<std::uint64_t>> base_;
};

}  // namespace basalt::codegen
