#include "codegen/lowering/ResultLowering.h"

#include "codegen/Bindings.h"
#include "codegen/lowering/RowAccess.h"

namespace basalt::codegen {

void ResultLowering::setup() { writer_ = p.workerState<ResultWriter>(step(), named("writer")); }

void ResultLowering::beforeBlock() {
  // if (writer->waiting != 0) return OutputFull;
  p.ifThen(
      p.notEqual(bind::ResultWriter(*writer_).waiting(p), 0), [&] { p.leave(MorselStatus::OutputFull); },
      named("full"));
}

void ResultLowering::consume(const Row& row) {
  bind::ResultWriter writer(*writer_);
  // Everything that may fail comes before the row is begun.
  std::vector<SqlValue> values;
  for (std::size_t column = 0; column < row.size(); ++column) {
    values.push_back(row.column(column));
  }
  // if (writer->count == writer->capacity) { start another batch; look at `waiting` behind this row; }
  p.ifThen(
      unlikely(p.equal(writer.count(p), Operand(writer.capacity(p)))),
      [&] {
        p.failUnless(bind::resultStartBatch(p, *writer_));
        p.endBlockBehindRow();
      },
      named("batchFull"));
  // columns[i].values[count] = value; ...; ++count
  Val<std::uint64_t> index = writer.count(p);
  for (std::size_t column = 0; column < values.size(); ++column) {
    store(column, index, values[column]);
  }
  writer.setCount(p, p.add(index, 1));
}

void ResultLowering::store(std::size_t column, Val<std::uint64_t> index, const SqlValue& value) {
  const Field& field = p.pipeline().sinkInput[column];
  bind::ResultColumn target(p.element(bind::ResultWriter(*writer_).columns(p), column, named(field.name)));
  if (field.nullable) {
    // nulls[index] = isNull
    p.store<bool>(p.offset<std::uint8_t>(target.nulls(p), index), 0, value.isNull.value_or(p.constant(false)));
  }
  Val<std::byte*> slot(
      p.elementAddress(target.values(p).value(), index.value(), byteSize(value.type()), named(field.name)));
  if (value.type() == KernelType::Varchar) {
    // if (!resultStoreString(writer, slot, text)) fail;
    const KernelValue text = readableUnderNull(p, value).value;
    p.failUnless(bind::resultStoreString(p, *writer_, p.pointerCast<StringView*>(slot), text.as<StringView>()));
    return;
  }
  storeKernelValue(p, slot, 0, value.value, storedAlignment(value.type()));
}

}  // namespace basalt::codegen
