#include "codegen/lowering/SortedRowsLowering.h"

#include "codegen/Bindings.h"
#include "codegen/lowering/RowAccess.h"

namespace basalt::codegen {

void SortedRowsLowering::storeHead(Val<std::byte*> target, std::span<const SqlValue> values) {
  for (const SortKeyLayout::Key& key : spec_.keys.keys()) {
    const SqlValue& value = values[key.column];
    Val<std::byte*> bytes = p.offset<std::byte>(target, key.valueOffset());
    if (!value.isNull) {
      // head[nullByte] = valid; encode(head + offset, value)
      if (key.nullable) {
        p.store(target, key.offset, p.constant<std::uint8_t>(key.validByte()));
      }
      encode(bytes, value.value, key.descending);
      continue;
    }
    // if (isNull) { head[nullByte] = null; the value's bytes are 0 } else { as above }
    p.ifThenElse(
        *value.isNull,
        [&] {
          p.store(target, key.offset, p.constant(static_cast<std::uint8_t>(1 - key.validByte())));
          p.ir().CreateMemSet(bytes.value(), p.ir().getInt8(0), key.bytes, llvm::MaybeAlign(1));
        },
        [&] {
          p.store(target, key.offset, p.constant<std::uint8_t>(key.validByte()));
          encode(bytes, value.value, key.descending);
        },
        "sortKey");
  }
}

void SortedRowsLowering::encode(Val<std::byte*> target, const KernelValue& value, bool descending) {
  Val<bool> order = p.constant(descending);
  switch (value.type) {
    case KernelType::Boolean:
      bind::encodeSortKeyBoolean(p, target, value.as<bool>(), order);
      return;
    case KernelType::TinyInt:
      bind::encodeSortKeyTinyInt(p, target, value.as<std::int8_t>(), order);
      return;
    case KernelType::SmallInt:
      bind::encodeSortKeySmallInt(p, target, value.as<std::int16_t>(), order);
      return;
    case KernelType::Integer:
      bind::encodeSortKeyInteger(p, target, value.as<std::int32_t>(), order);
      return;
    case KernelType::BigInt:
      bind::encodeSortKeyBigInt(p, target, value.as<std::int64_t>(), order);
      return;
    case KernelType::Int128:
      bind::encodeSortKeyInt128(p, target, value.as<Int128>(), order);
      return;
    case KernelType::Real:
      bind::encodeSortKeyReal(p, target, value.as<float>(), order);
      return;
    case KernelType::Double:
      bind::encodeSortKeyDouble(p, target, value.as<double>(), order);
      return;
    case KernelType::Date:
      bind::encodeSortKeyDate(p, target, value.as<Date>(), order);
      return;
    case KernelType::Time:
      bind::encodeSortKeyTime(p, target, value.as<Time>(), order);
      return;
    case KernelType::Timestamp:
      bind::encodeSortKeyTimestamp(p, target, value.as<Timestamp>(), order);
      return;
    case KernelType::Interval:
      bind::encodeSortKeyInterval(p, target, value.as<Interval>(), order);
      return;
    case KernelType::Varchar:
      bind::encodeSortKeyVarchar(p, target, value.as<StringView>(), order);
      return;
    case KernelType::Hash:
    case KernelType::LikePattern:
    case KernelType::RegularExpression:
    case KernelType::ValueSet:
    case KernelType::Dictionary:
      break;
  }
  p.fail("a value of this type is no sort key");
}

void SortedRowsLowering::storeColumns(Val<RowAppender*> appender, Val<std::byte*> target,
                                      std::span<const SqlValue> values) {
  for (std::size_t column = 0; column < values.size(); ++column) {
    storeColumn(p, appender, target, spec_.layout.column(column), values[column]);
  }
}

}  // namespace basalt::codegen
