#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "interpreter/PhysicalOperator.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/pipeline/LimitState.h"

namespace basalt::interpreter {

/// Passes on the rows that the workers' common count admits.
class LimitOperator final : public PhysicalOperator {
 public:
  /// `shared` is the count of the workers of a pipeline; a null pointer makes this operator count for itself. A reset
  /// starts its own count over, but never one that others share.
  LimitOperator(const LimitSpec& spec, LimitState* shared, std::unique_ptr<PhysicalOperator> input);

  /// No further row will pass, here or in another worker.
  bool isExhausted() const noexcept { return state().isExhausted(); }
  std::size_t maxParallelism() const noexcept override;

 protected:
  void doOpen() override;
  const Batch* doNextBatch() override;
  void doReset() override;

 private:
  LimitState& state() const noexcept { return shared_ != nullptr ? *shared_ : *own_; }

  const LimitSpec& spec_;
  LimitState* shared_;
  std::unique_ptr<LimitState> own_;
  Batch batch_;
  /// Positions of the rows behind an offset.
  std::vector<std::uint32_t> ascending_;
};

}  // namespace basalt::interpreter
