#pragma once

#include <vector>

#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/sinks/BatchSink.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/memory/Buffer.h"
#include "runtime/sort/TopNTable.h"

namespace basalt::interpreter {

/// Offers rows to a top-N heap: the keys of a batch are encoded together, then each row is judged by its key, and only
/// what the heap accepts is stored.
class TopNSink final : public BatchSink {
 public:
  TopNSink(const WorkerContext& context, const TopNSpec& spec, TopNTable* table);

 private:
  void doConsume(const Batch& batch) override;

  const SortedRowsSpec& spec_;
  TopNTable* table_;
  ExpressionEvaluator stored_;
  std::vector<Vector> values_;
  Buffer keys_;
  Buffer targets_;
};

}  // namespace basalt::interpreter
