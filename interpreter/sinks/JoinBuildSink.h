#pragma once

#include <vector>

#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/sinks/BatchSink.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/memory/Buffer.h"
#include "runtime/rows/RowCollection.h"

namespace basalt::interpreter {

/// Stores the build side of a hash join: rows with their hash; rows with a NULL key are left out.
class JoinBuildSink final : public BatchSink {
 public:
  JoinBuildSink(const WorkerContext& context, const JoinSpec& spec, RowAppender* rows);

 private:
  void doConsume(const Batch& batch) override;

  const JoinSpec& spec_;
  RowAppender* rows_;
  ExpressionEvaluator stored_;
  std::vector<Vector> values_;
  Buffer selection_;
  Buffer hashes_;
  Buffer targets_;
};

}  // namespace basalt::interpreter
