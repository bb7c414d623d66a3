#include "codegen/lowering/ProjectionLowering.h"

#include <algorithm>

namespace basalt::codegen {

unsigned ProjectionLowering::prefetchRounds() const {
  const bool areCheap = std::ranges::all_of(specOf<ProjectionSpec>().expressions,
                                            [](const ExpressionPointer& expression) { return isCheap(*expression); });
  return areCheap ? next()->prefetchRounds() : 0;
}

void ProjectionLowering::consume(const Row& row) { emitNext(project(row)); }

std::optional<VectorColumns> ProjectionLowering::project(const VectorColumns& columns) const {
  VectorColumns projected;
  for (const ExpressionPointer& expression : specOf<ProjectionSpec>().expressions) {
    if (mayFail(*expression)) return std::nullopt;
    projected.push_back(!isVectorizable(*expression, columns)          ? VectorColumn::None
                        : expression->kind == Expression::Kind::Column ? columns[expression->column]
                                                                       : VectorColumn::Computed);
  }
  return projected;
}

bool ProjectionLowering::dismissesRows(const VectorColumns& columns) {
  const std::optional<VectorColumns> projected = project(columns);
  return projected && next()->dismissesRows(*projected);
}

bool ProjectionLowering::takesBlocks(const VectorColumns& columns) {
  const std::optional<VectorColumns> projected = project(columns);
  return projected && next()->takesBlocks(*projected);
}

Val<bool> ProjectionLowering::consumeBlock(const RowBlock& block) {
  RowBlock projected = block;
  projected.rowAt = [&](Val<std::uint64_t> index) { return project(block.rowAt(index)); };
  if (block.matches) {
    projected.matches->rowAt = [&](Val<std::uint64_t> index) { return project(block.matches->rowAt(index)); };
  }
  return next()->consumeBlock(projected);
}

Row ProjectionLowering::project(const Row& row) {
  Row projected(p.trail());
  for (const ExpressionPointer& expression : specOf<ProjectionSpec>().expressions) {
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
