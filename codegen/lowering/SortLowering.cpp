#include "codegen/lowering/SortLowering.h"

#include "codegen/Bindings.h"

namespace basalt::codegen {

void SortLowering::setup() { rows_ = p.workerState<RowAppender>(step(), named("rows")); }

void SortLowering::consume(const Row& row) {
  const std::vector<SqlValue> values = sorted_.values(row);
  // bytes = rowAppend(rows); bytes->head = key; bytes->columns = ...
  Val<std::byte*> bytes = bind::rowAppend(p, *rows_);
  p.failUnless(p.isNotNull(bytes));
  sorted_.storeHead(bytes, values);
  sorted_.storeColumns(*rows_, bytes, values);
}

}  // namespace basalt::codegen
