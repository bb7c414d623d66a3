#include "codegen/lowering/ProjectionLowering.h"

#include <algorithm>

namespace basalt::codegen {

unsigned ProjectionLowering::prefetchRounds() const {
  const bool areCheap =
      std::ranges::all_of(expressions(), [](const ExpressionPointer& expression) { return isCheap(*expression); });
  return areCheap ? next()->prefetchRounds() : 0;
}

void ProjectionLowering::consume(const Row& row) { emitNext(project(row)); }

std::optional<VectorColumns> ProjectionLowering::project(const VectorColumns& columns) {
  guesses_.begin(columns);
  inBlocks_.clear();
  VectorColumns projected;
  for (const ExpressionPointer& expression : expressions()) {
    if (expression->kind == Expression::Kind::Column) {
      inBlocks_.push_back(expression);
      projected.push_back(columns[expression->column]);
      continue;
    }
    const RangedExpression used = guesses_.use(expression);
    if (mayFail(*used.expression)) return std::nullopt;
    inBlocks_.push_back(used.expression);
    projected.push_back(isVectorizable(*used.expression, columns)
                            ? VectorColumn{.form = VectorColumn::Form::Computed, .range = used.range}
                            : VectorColumn{});
  }
  // What is checked here need not be checked again.
  for (std::size_t index = 0; index < projected.size(); ++index) {
    const Expression& expression = *inBlocks_[index];
    if (expression.kind == Expression::Kind::Column && guesses_.reliesOn(expression.column)) {
      projected[index].isGuess = false;
    }
  }
  return projected;
}

std::vector<Dismissal> ProjectionLowering::dismissals(const VectorColumns& columns) {
  const std::optional<VectorColumns> projected = project(columns);
  if (!projected) return {};
  return dismissalsOfNext(*projected, [this](const Row& row) { return project(row); });
}

bool ProjectionLowering::takesBlocks(const VectorColumns& columns) {
  const std::optional<VectorColumns> projected = project(columns);
  return projected && next()->takesBlocks(*projected);
}

Val<bool> ProjectionLowering::consumeBlock(const RowBlock& block) {
  RowBlock projected = block;
  projected.rowAt = [&](Val<std::uint64_t> index) { return project(block.rowAt(index), inBlocks_); };
  if (block.matches) {
    projected.matches->rowAt = [&](Val<std::uint64_t> index) {
      return project(block.matches->rowAt(index), inBlocks_);
    };
  }
  return guesses_.ifTheyHold(block, [&] { return next()->consumeBlock(projected); });
}

Row ProjectionLowering::project(const Row& row, const std::vector<ExpressionPointer>& expressions) {
  Row projected(p.trail());
  for (const ExpressionPointer& expression : expressions) {
    if (expression->kind == Expression::Kind::Column) {
      projected.add(row, expression->column);
    } else if (mayFail(*expression)) {
      // Whether a row fails must not depend on who looks at it: computed here.
      projected.add(expressions_.value(*expression, row));
    } else {
      projected.add([this, expression, row] { return expressions_.value(*expression, row); });
    }
  }
  return projected;
}

}  // namespace basalt::codegen
