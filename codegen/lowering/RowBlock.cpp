#include "codegen/lowering/RowBlock.h"

#include "codegen/lowering/ExpressionLowering.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

bool isVectorizable(const Expression& expression, const VectorColumns& columns) {
  bool result = isCheap(expression) && !expression.nullable;
  visitExpressions(expression, [&](const Expression& part) {
    result = result && byteSize(kernelTypeOf(part)) <= sizeof(std::uint64_t);
    if (part.kind == Expression::Kind::Column) {
      result = result && columns[part.column].form != VectorColumn::Form::None;
    }
  });
  return result;
}

}  // namespace basalt::codegen
