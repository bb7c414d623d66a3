#pragma once

#include <memory>
#include <vector>

#include "interpreter/PhysicalOperator.h"
#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/sinks/GroupLookup.h"
#include "runtime/memory/Buffer.h"

namespace basalt::interpreter {

/// Adds the groups that are new to a deduplication, and passes every row on.
class DeduplicateOperator final : public PhysicalOperator {
 public:
  DeduplicateOperator(const WorkerContext& context, const AggregationSpec& spec, GroupTable* table,
                      std::unique_ptr<PhysicalOperator> input);

 protected:
  const Batch* doNextBatch() override;
  void doReset() override { expressions_.forgetPending(); }
  std::uint64_t ownMemory() const noexcept override { return expressions_.memoryEstimate() + groups_.size(); }

 private:
  ExpressionEvaluator expressions_;
  GroupLookup lookup_;
  std::vector<Vector> keys_;
  /// The group's row, per position: what a look-up yields, and nobody needs here.
  Buffer groups_;
  Batch batch_;
};

}  // namespace basalt::interpreter
