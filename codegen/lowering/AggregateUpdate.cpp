#include "codegen/lowering/AggregateUpdate.h"

#include <span>

namespace basalt::codegen {

void updateAggregate(PipelineBuilder& p, const AggregateInfo& function, Val<std::byte*> state,
                     const std::optional<SqlValue>& argument, Val<StringArena*> strings, std::uint32_t site,
                     const std::string& name) {
  const auto updateNotNull = [&] {
    const KernelValue value = argument ? argument->value : KernelValue{};
    Val<ErrorCode*> error = function.updateMayFail ? p.clearedError() : p.zero<ErrorCode*>();
    callUpdate(p, function, state, std::span(&value, argument ? 1 : 0), error, strings);
    if (function.updateMayFail) {
      p.failOnError(site);
    }
  };
  if (argument && argument->isNull) {
    p.ifThen(p.logicalNot(*argument->isNull), updateNotNull, name);
  } else {
    updateNotNull();
  }
}

}  // namespace basalt::codegen
