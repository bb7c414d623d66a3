#include "codegen/lowering/JoinBuildLowering.h"

#include "codegen/Bindings.h"
#include "codegen/lowering/KeyLowering.h"
#include "codegen/lowering/RowAccess.h"
#include "runtime/hashtable/JoinTable.h"

namespace basalt::codegen {

void JoinBuildLowering::setup() { rows_ = p.workerState<RowAppender>(step(), named("rows")); }

void JoinBuildLowering::consume(const Row& row) {
  const std::span<const ExpressionPointer> keyExpressions(spec_.stored.data(), spec_.keyCount());
  std::vector<SqlValue> keys = expressions_.values(keyExpressions, row);
  const std::optional<Val<bool>> isUnlinked = anyUnmatchedNull(p, keys, spec_.nullSafe, label());
  if (!isUnlinked || spec_.storesNullKeys()) {
    append(row, std::move(keys), isUnlinked);
    return;
  }
  // if (!keyIsNull) { store the row }
  for (std::size_t key = 0; key < keys.size(); ++key) {
    if (!spec_.nullSafe[key]) keys[key].isNull.reset();
  }
  p.ifThen(p.logicalNot(*isUnlinked), [&] { append(row, std::move(keys), std::nullopt); }, named("keyNotNull"));
}

void JoinBuildLowering::append(const Row& row, std::vector<SqlValue> keys, std::optional<Val<bool>> isUnlinked) {
  // Everything that may fail comes before the row exists: a row that is appended is complete.
  std::vector<SqlValue> stored = std::move(keys);
  const JoinRowHeader header = spec_.rowHeader();
  std::optional<Val<std::uint64_t>> hash;
  if (header >= JoinRowHeader::Hashed) hash = hashKeys(p, stored, label());
  for (std::size_t column = spec_.keyCount(); column < spec_.stored.size(); ++column) {
    stored.push_back(expressions_.value(*spec_.stored[column], row));
  }
  // bytes = rowAppend(rows); bytes->next = null; bytes->hash = hash; bytes->columns = ...: what there is of these
  Val<std::byte*> bytes = bind::rowAppend(p, *rows_);
  p.failUnless(p.isNotNull(bytes));
  if (header != JoinRowHeader::None) {
    bind::JoinRow(p.pointerCast<JoinRow*>(bytes)).setNext(p, p.zero<const JoinRow*>());
  }
  if (hash) bind::HashedJoinRow(p.pointerCast<HashedJoinRow*>(bytes)).setHash(p, *hash);
  if (header == JoinRowHeader::Tracked) {
    bind::TrackedJoinRow tracked(p.pointerCast<TrackedJoinRow*>(bytes));
    tracked.setIsMatched(p, p.constant<std::uint8_t>(0));
    tracked.setIsUnlinked(p, p.convert<std::uint8_t>(isUnlinked.value_or(p.constant(false))));
  }
  for (std::size_t column = 0; column < stored.size(); ++column) {
    storeColumn(p, *rows_, bytes, spec_.layout.column(column), stored[column]);
  }
}

}  // namespace basalt::codegen
