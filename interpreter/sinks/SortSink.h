#pragma once

#include <vector>

#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/sinks/BatchSink.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/memory/Buffer.h"
#include "runtime/rows/RowCollection.h"

namespace basalt::interpreter {

/// Stores rows to be sorted, each with its normalised key at the head.
class SortSink final : public BatchSink {
 public:
  /// `spec` is a SortSpec or WindowSpec.
  SortSink(const WorkerContext& context, const OperatorSpec& spec, RowAppender* rows);

 private:
  void doConsume(const Batch& batch) override;

  const SortedRowsSpec& spec_;
  RowAppender* rows_;
  ExpressionEvaluator stored_;
  std::vector<Vector> values_;
  Buffer targets_;
};

}  // namespace basalt::interpreter
