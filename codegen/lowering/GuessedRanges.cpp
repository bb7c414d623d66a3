#include "codegen/lowering/GuessedRanges.h"

#include <vector>

#include "codegen/lowering/VectorLoop.h"

namespace basalt::codegen {

void GuessedRanges::begin(const VectorColumns& columns) {
  columns_ = columns;
  ranges_.clear();
  reliedOn_.clear();
  for (const VectorColumn& column : columns) ranges_.push_back(column.range);
}

RangedExpression GuessedRanges::use(const ExpressionPointer& expression) {
  RangedExpression used = useRanges(expression, ranges_);
  bool areParametersKnown = true;
  visitExpressions(*used.expression, [&](const Expression& part) {
    areParametersKnown &= !isParameter(part) || p.pipeline().literalIndex.contains(&part);
  });
  // A literal of another type would be a parameter that the pipeline does not have.
  if (!areParametersKnown) used.expression = expression;
  visitExpressions(*expression, [&](const Expression& part) {
    if (part.kind == Expression::Kind::Column && columns_[part.column].isGuess) reliedOn_.insert(part.column);
  });
  return used;
}

Val<bool> GuessedRanges::ifTheyHold(const RowBlock& block, llvm::function_ref<Val<bool>()> take) {
  if (reliedOn_.empty()) return take();
  Var<bool> isTaken = p.local(p.constant(false), label_ + ".isTaken");
  p.ifThen(hold(block), [&] { isTaken = take(); }, label_ + ".asGuessed");
  return isTaken.get();
}

Val<bool> GuessedRanges::hold(const RowBlock& block) {
  // for each row { for each column { bits |= value - minimum } }, since these ranges have a power of two of values
  std::vector<Var<std::uint64_t>> bits;
  for (std::size_t column = 0; column < reliedOn_.size(); ++column) {
    bits.push_back(p.local(p.constant<std::uint64_t>(0), label_ + ".offsets"));
  }
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        const Row row = block.rowAt(index);
        auto bit = bits.begin();
        for (const std::size_t column : reliedOn_) {
          llvm::Value* const value = row.column(column).value.raw.first;
          Val<std::uint64_t> wide(p.ir().CreateSExtOrTrunc(value, p.ir().getInt64Ty(), label_ + ".guessed"));
          const auto minimum = static_cast<std::uint64_t>(static_cast<std::int64_t>(ranges_[column]->minimum));
          *bit = p.bitOr(bit->get(), Operand(p.subtract(wide, minimum)));
          ++bit;
        }
      },
      label_ + ".guess");
  // all bits < values of the range
  Val<bool> hold = p.constant(true);
  auto bit = bits.begin();
  for (const std::size_t column : reliedOn_) {
    const auto distance = static_cast<std::uint64_t>(ranges_[column]->maximum - ranges_[column]->minimum);
    hold = p.bitAnd(hold, Operand(p.lessOrEqual(bit->get(), distance)), label_ + ".asGuessed");
    ++bit;
  }
  return hold;
}

}  // namespace basalt::codegen
