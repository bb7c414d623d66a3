#include "codegen/lowering/GroupReader.h"

#include "codegen/Bindings.h"
#include "codegen/lowering/RowAccess.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

Row GroupReader::row(Val<const std::byte*> bytes) {
  Row row(p.trail());
  for (std::size_t key = 0; key < spec_.keyCount(); ++key) {
    row.add([this, bytes, column = spec_.layout.column(key), key] {
      const Field& field = spec_.output[key];
      return loadColumn(p, bytes, column, kernelTypeOf(field.type), named(field.name));
    });
  }
  for (std::size_t index = 0; index < spec_.aggregates.size(); ++index) {
    if (spec_.aggregates[index].function->finaliseMayFail) {
      // Whether a row fails must not depend on who looks at it.
      row.add(finalise(index, bytes));
    } else {
      row.add([this, index, bytes] { return finalise(index, bytes); });
    }
  }
  return row;
}

SqlValue GroupReader::finalise(std::size_t aggregate, Val<const std::byte*> bytes) {
  const AggregateInfo& function = *spec_.aggregates[aggregate].function;
  const std::string name = named(spec_.output[spec_.keyCount() + aggregate].name);
  constexpr std::uint64_t kResultBytes = 16;
  // notNull = finalise(state, &result)
  Val<std::byte*> result = p.stackBytes(kResultBytes, kResultBytes, name + ".slot");
  // A result that is NULL may be left unwritten.
  storeKernelValue(p, result, 0, {function.result, p.zeroOf(formOf(function.result))}, kResultBytes);
  Val<const std::byte*> state = p.offset<const std::byte>(bytes, spec_.layout.blockOffset(aggregate), name + ".state");
  Val<ErrorCode*> error = p.clearedError();
  Val<bool> notNull = callFinalise(p, function, state, result, error, name + ".notNull");
  if (function.finaliseMayFail) {
    p.failOnError(sites_[aggregate]);
  }
  return {loadKernelValue(p, function.result, result, 0, kResultBytes, name), p.logicalNot(notNull, name + ".isNull")};
}

}  // namespace basalt::codegen
