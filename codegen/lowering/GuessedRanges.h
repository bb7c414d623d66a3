#pragma once

#include <set>
#include <string>

#include "codegen/lowering/PipelineBuilder.h"
#include "codegen/lowering/RowBlock.h"
#include "operators/expression/RangeAnalysis.h"

namespace basalt::codegen {

/// Makes use of where a block's columns lie, where that may be a guess: expressions lose checks that find nothing as
/// long as it is right, and can then be computed by vector instructions. The guess is checked for the whole block
/// before anything is computed, and a block in which it is wrong goes the long way, row by row, with all checks.
class GuessedRanges {
 public:
  GuessedRanges(PipelineBuilder& builder, std::string label) : p(builder), label_(std::move(label)) {}

  void begin(const VectorColumns& columns);
  /// What useRanges() makes of an expression over the columns, from now on relying on what is guessed of these.
  RangedExpression use(const ExpressionPointer& expression);
  bool reliesOn(std::size_t column) const { return reliedOn_.contains(column); }
  /// areAsGuessed ? take() : false, of all rows of the block, those outside the stream included.
  Val<bool> ifTheyHold(const RowBlock& block, llvm::function_ref<Val<bool>()> take);

 private:
  Val<bool> hold(const RowBlock& block);

  PipelineBuilder& p;  // NOLINT(readability-identifier-naming): stands in front of every emitted operation
  std::string label_;
  VectorColumns columns_;
  ColumnRanges ranges_;
  std::set<std::size_t> reliedOn_;
};

}  // namespace basalt::codegen
