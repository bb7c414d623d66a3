#include "operators/state/window/WindowFunction.h"

#include "operators/state/window/WindowAggregation.h"
#include "operators/state/window/WindowRank.h"
#include "operators/state/window/WindowTotal.h"
#include "operators/state/window/WindowValue.h"

namespace basalt {

std::unique_ptr<WindowFunction> makeWindowFunction(const WindowSpec& spec, std::size_t index,
                                                   const std::shared_ptr<MemoryBudget>& budget, StringArena& strings) {
  using Kind = WindowFunctionSpec::Kind;
  const WindowFunctionSpec& function = spec.functions[index];
  const RowLayout::Column& result = spec.rows.layout.column(spec.resultColumn(index));
  switch (function.kind) {
    case Kind::RowNumber:
    case Kind::Rank:
    case Kind::DenseRank:
    case Kind::PercentRank:
    case Kind::CumeDist:
    case Kind::Ntile:
      return std::make_unique<WindowRank>(spec, function, result);
    case Kind::Lag:
    case Kind::Lead:
    case Kind::FirstValue:
    case Kind::LastValue:
    case Kind::NthValue:
      return std::make_unique<WindowValue>(spec, function, result, budget);
    case Kind::Aggregate:
      if (spec.isWholePartition(function.frame)) {
        return std::make_unique<WindowTotal>(spec, function, result, budget, strings);
      }
      return std::make_unique<WindowAggregation>(spec, function, result, budget, strings);
  }
  return nullptr;
}

}  // namespace basalt
