#include "interpreter/operators/LimitOperator.h"

#include <numeric>
#include <utility>

namespace basalt::interpreter {

LimitOperator::LimitOperator(const LimitSpec& spec, LimitState* shared, std::unique_ptr<PhysicalOperator> input)
    : PhysicalOperator(spec.label(), spec.output),
      spec_(spec),
      shared_(shared),
      own_(std::make_unique<LimitState>(spec.limit, spec.offset)) {
  addChild(std::move(input));
}

std::size_t LimitOperator::maxParallelism() const noexcept {
  return shared_ != nullptr ? PhysicalOperator::maxParallelism() : 1;
}

void LimitOperator::doOpen() { own_ = std::make_unique<LimitState>(spec_.limit, spec_.offset); }

void LimitOperator::doReset() { own_ = std::make_unique<LimitState>(spec_.limit, spec_.offset); }

const Batch* LimitOperator::doNextBatch() {
  while (!isExhausted()) {
    const Batch* const input = child().nextBatch();
    if (input == nullptr) return nullptr;
    const LimitState::Claim claim = state().claim(input->size());
    if (claim.first == claim.last) continue;
    if (claim.first == 0 && claim.last == input->size()) return input;
    const auto first = static_cast<std::uint32_t>(claim.first);
    const auto count = static_cast<std::uint32_t>(claim.last - claim.first);
    batch_.columns = input->columns;
    batch_.rowCount = input->rowCount;
    if (input->selection != nullptr) {
      batch_.select(input->selection + first, count);
    } else if (first == 0) {
      batch_.selectAll(count);
    } else {
      ascending_.resize(count);
      std::iota(ascending_.begin(), ascending_.end(), first);
      batch_.select(ascending_.data(), count);
    }
    return &batch_;
  }
  return nullptr;
}

}  // namespace basalt::interpreter
