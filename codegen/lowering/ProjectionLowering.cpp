#include "codegen/lowering/ProjectionLowering.h"

namespace basalt::codegen {

void ProjectionLowering::consume(const Row& row) {
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
  emitNext(projected);
}

}  // namespace basalt::codegen
