#include "codegen/lowering/JoinBuildLowering.h"

#include "codegen/Bindings.h"
#include "codegen/lowering/KeyLowering.h"
#include "codegen/lowering/RowAccess.h"

namespace basalt::codegen {

void JoinBuildLowering::setup() { rows_ = p.workerState<RowAppender>(step(), named("rows")); }

void JoinBuildLowering::consume(const Row& row) {
  const std::span<const ExpressionPointer> keyExpressions(spec_.stored.data(), spec_.keyCount());
  std::vector<SqlValue> keys = expressions_.values(keyExpressions, row);
  const std::optional<Val<bool>> isNull = anyNull(p, keys, label());
  if (!isNull) {
    append(row, std::move(keys));
    return;
  }
  // if (!keyIsNull) { store the row }
  for (SqlValue& key : keys) {
    key.isNull.reset();
  }
  p.ifThen(p.logicalNot(*isNull), [&] { append(row, std::move(keys)); }, named("keyNotNull"));
}

void JoinBuildLowering::append(const Row& row, std::vector<SqlValue> keys) {
  // Everything that may fail comes before the row exists: a row that is appended is complete.
  std::vector<SqlValue> stored = std::move(keys);
  Val<std::uint64_t> hash = hashKeys(p, stored, label());
  for (std::size_t column = spec_.keyCount(); column < spec_.stored.size(); ++column) {
    stored.push_back(expressions_.value(*spec_.stored[column], row));
  }
  // bytes = rowAppend(rows); bytes->hash = hash; bytes->columns = ...
  Val<std::byte*> bytes = bind::rowAppend(p, *rows_);
  p.failUnless(p.isNotNull(bytes));
  bind::JoinRow(p.pointerCast<JoinRow*>(bytes)).setHash(p, hash);
  for (std::size_t column = 0; column < stored.size(); ++column) {
    storeColumn(p, *rows_, bytes, spec_.layout.column(column), stored[column]);
  }
}

}  // namespace basalt::codegen
