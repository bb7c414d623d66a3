#pragma once

#include <vector>

#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/sinks/BatchSink.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/memory/Buffer.h"
#include "runtime/rows/RowCollection.h"

namespace basalt::interpreter {

/// Stores the build side of a join: rows with their hash. Rows with a NULL key that is not null-safe match nothing:
/// they are left out unless the spec asks for them.
class JoinBuildSink final : public BatchSink {
 public:
  JoinBuildSink(const WorkerContext& context, const JoinSpec& spec, RowAppender* rows);

 private:
  void doConsume(const Batch& batch) override;
  void setHeaders(const RowSelection& rows);
  void noteUnlinked(const RowSelection& rows);

  const JoinSpec& spec_;
  RowAppender* rows_;
  ExpressionEvaluator stored_;
  std::vector<Vector> values_;
  Buffer selection_;
  Buffer hashes_;
  Buffer targets_;
};

}  // namespace basalt::interpreter
