#pragma once

#include <cstdint>

#include "interpreter/columns/RowSelection.h"
#include "interpreter/sinks/BatchSink.h"
#include "runtime/pipeline/ResultWriter.h"

namespace basalt::interpreter {

/// Copies rows into result batches, which own their memory.
class ResultSink final : public BatchSink {
 public:
  explicit ResultSink(ResultWriter* writer);

 private:
  void doConsume(const Batch& batch) override;
  void copyColumn(const Vector& source, const RowSelection& rows, const ResultColumn& target);

  ResultWriter* writer_;
};

}  // namespace basalt::interpreter
