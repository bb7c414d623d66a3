#include "codegen/lowering/TopNLowering.h"

#include "codegen/Bindings.h"

namespace basalt::codegen {

void TopNLowering::setup() { table_ = p.workerState<TopNTable>(step(), named("table")); }

void TopNLowering::consume(const Row& row) {
  const std::vector<SqlValue> values = sorted_.values(row);
  // candidate->head = key
  Val<std::byte*> candidate = bind::TopNTable(*table_).candidate(p);
  sorted_.storeHead(candidate, values);
  // if (topNAccepts(table)) { candidate->columns = ...; if (!topNCommit(table)) fail; }
  p.ifThen(
      bind::topNAccepts(p, *table_),
      [&] {
        sorted_.storeColumns(bind::TopNTable(*table_).rows(p), candidate, values);
        p.failUnless(bind::topNCommit(p, *table_));
      },
      named("accepted"));
}

}  // namespace basalt::codegen
