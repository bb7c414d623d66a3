#include "operators/state/window/WindowTotal.h"

#include <algorithm>
#include <utility>

namespace basalt {

WindowTotal::WindowTotal(const WindowSpec& spec, const WindowFunctionSpec& function, const RowLayout::Column& result,
                         std::shared_ptr<MemoryBudget> budget, StringArena& strings)
    : loops_(aggregateLoops(*function.aggregate)),
      stateBytes_(function.aggregate->stateSize),
      argument_(argumentColumn(spec, function)),
      budget_(std::move(budget)),
      result_(spec, function, result, strings) {}

void WindowTotal::compute(WindowPartition& partition) {
  result_.setNull();
  divide(1);
  aggregate(0, partition);
  unite();
  store(partition);
}

void WindowTotal::aggregate(std::size_t part, const WindowPartition& rows) {
  std::unique_ptr<Part>& own = parts_[part];
  if (!own) {
    own.reset(new Part{BudgetedVector<std::byte>(stateBytes_, BudgetAllocator<std::byte>(budget_)),
                       StringArena(budget_), WindowArgument(argument_, budget_)});
  }
  own->strings.clear();
  loops_.initialise(own->state.data());
  own->argument.reset(rows, false);
  result_.check(own->argument.update(loops_, {0, rows.size()}, own->state.data(), own->strings));
}

void WindowTotal::unite() {
  for (std::size_t part = 1; part < parts_.size(); ++part) {
    ErrorCode error = ErrorCode::None;
    loops_.merge(parts_[0]->state.data(), parts_[part]->state.data(), &error, &parts_[0]->strings);
    result_.check(error);
  }
  if (!parts_.empty()) result_.finalise(parts_[0]->state.data());
}

void WindowTotal::store(const WindowPartition& rows) const {
  // A batch at a time: storing takes no longer than looking whether to go on.
  constexpr std::size_t kBatchRows = 64;
  const std::span<std::byte* const> all = rows.rows();
  for (std::size_t begin = 0; begin < all.size(); begin += kBatchRows) {
    rows.interruptCheck()();
    result_.storeAll(all.subspan(begin, std::min(kBatchRows, all.size() - begin)));
  }
}

}  // namespace basalt
