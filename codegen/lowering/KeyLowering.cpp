#include "codegen/lowering/KeyLowering.h"

#include <algorithm>

#include "codegen/Bindings.h"
#include "codegen/lowering/RowAccess.h"
#include "runtime/kernels/Hash.h"

namespace basalt::codegen {

namespace {

/// A call of the one kernel of this name for these argument types.
KernelValue callByName(PipelineBuilder& p, std::string_view kernel, std::initializer_list<KernelValue> arguments,
                       const std::string& name) {
  for (const KernelInfo& candidate : findKernels(kernel)) {
    if (std::ranges::equal(candidate.arguments, arguments, {}, {}, &KernelValue::type)) {
      return callKernel(p, candidate, {arguments.begin(), arguments.size()}, p.zero<ErrorCode*>(), p.arena(), name);
    }
  }
  p.fail("no kernel " + std::string(kernel) + " for keys of this type");
  return {KernelType::Boolean, p.poisonOf(ValueForm::Bool)};
}

Val<std::uint64_t> hashKey(PipelineBuilder& p, const SqlValue& key, const std::string& label) {
  const KernelValue readable = readableUnderNull(p, key).value;
  Val<std::uint64_t> hash(callByName(p, "hash", {readable}, label + ".hash").raw);
  return key.isNull ? p.select(*key.isNull, bind::hashNull(p), hash, label + ".hash") : hash;
}

Val<bool> keyEquals(PipelineBuilder& p, Val<const std::byte*> row, std::span<const RowLayout::Column> columns,
                    std::span<const SqlValue> keys, std::size_t column, const std::string& label) {
  const SqlValue key = readableUnderNull(p, keys[column]);
  const SqlValue stored = loadColumn(p, row, columns[column], key.type(), label + ".key" + std::to_string(column));
  Val<bool> equal = callByName(p, "equal", {stored.value, key.value}, label + ".equal").as<bool>();
  if (!stored.isNull && !key.isNull) return equal;
  // storedIsNull ? keyIsNull : !keyIsNull && equal
  Val<bool> storedIsNull = stored.isNull.value_or(p.constant(false));
  Val<bool> keyIsNull = key.isNull.value_or(p.constant(false));
  return p.select(storedIsNull, keyIsNull, p.bitAnd(p.logicalNot(keyIsNull), Operand(equal)), label + ".equal");
}

void ifKeysEqualFrom(PipelineBuilder& p, Val<const std::byte*> row, std::span<const RowLayout::Column> columns,
                     std::span<const SqlValue> keys, std::size_t column, const std::string& label,
                     FunctionBuilder::Body then) {
  if (column == keys.size()) {
    then();
    return;
  }
  // if (equal) { the columns behind }
  p.ifThen(
      keyEquals(p, row, columns, keys, column, label),
      [&] { ifKeysEqualFrom(p, row, columns, keys, column + 1, label, then); }, label + ".equal");
}

}  // namespace

Val<std::uint64_t> hashKeys(PipelineBuilder& p, std::span<const SqlValue> keys, const std::string& label) {
  if (keys.empty()) return p.constant<std::uint64_t>(kernels::kHashOfNoColumns);
  Val<std::uint64_t> hash = hashKey(p, keys.front(), label);
  for (const SqlValue& key : keys.subspan(1)) {
    hash = bind::hashCombine(p, hash, hashKey(p, key, label));
  }
  return hash;
}

void ifKeysEqual(PipelineBuilder& p, Val<const std::byte*> row, std::span<const RowLayout::Column> columns,
                 std::span<const SqlValue> keys, const std::string& label, FunctionBuilder::Body then) {
  ifKeysEqualFrom(p, row, columns, keys, 0, label, then);
}

Val<bool> keysEqual(PipelineBuilder& p, Val<const std::byte*> row, std::span<const RowLayout::Column> columns,
                    std::span<const SqlValue> keys, const std::string& label) {
  Val<bool> equal = p.constant(true);
  for (std::size_t column = 0; column < keys.size(); ++column) {
    equal = p.bitAnd(equal, Operand(keyEquals(p, row, columns, keys, column, label)));
  }
  return equal;
}

bool keysAreCheap(std::span<const RowLayout::Column> columns) {
  return std::ranges::all_of(
      columns, [](const RowLayout::Column& column) { return !column.nullable && byteSize(column.type) <= 8; });
}

std::optional<Val<bool>> anyUnmatchedNull(PipelineBuilder& p, std::span<const SqlValue> keys,
                                          const std::vector<bool>& nullSafe, const std::string& label) {
  std::optional<Val<bool>> result;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    if (nullSafe[key] || !keys[key].isNull) continue;
    result = result ? p.bitOr(*result, Operand(*keys[key].isNull), label + ".anyNull") : *keys[key].isNull;
  }
  return result;
}

}  // namespace basalt::codegen
