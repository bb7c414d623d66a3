#pragma once

#include <cstdint>
#include <vector>

#include "operators/expression/AggregateLoop.h"
#include "operators/pipeline/PipelineRunner.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/batch/Batch.h"

namespace basalt::interpreter {

/// Reads the rows of groups into batches: keys, then finalised aggregates.
class GroupReading {
 public:
  /// `sites`: per aggregate, what is reported when finalising fails.
  GroupReading(const WorkerContext& context, const AggregationSpec& spec, const std::vector<std::uint32_t>& sites);

  /// The `count` groups at `rows`, at most a batch. Groups from the first one that fails on are left out; the failure
  /// is kept. Strings refer to the memory of the groups.
  const Batch& read(const std::byte* const* rows, std::uint32_t count);
  bool hasPending() const noexcept { return pending_.code != ErrorCode::None; }
  /// Throws the kept failure as RowError, if there is one.
  void throwPending() const;
  void forgetPending() noexcept { pending_ = {}; }

  std::uint64_t memoryEstimate() const noexcept;

 private:
  struct Failure {
    ErrorCode code = ErrorCode::None;
    std::uint32_t row = 0;
    std::size_t aggregate = 0;
  };
  void finalise(const std::byte* const* rows, std::uint32_t count);

  const WorkerContext& context_;
  const AggregationSpec& spec_;
  const std::vector<std::uint32_t>& sites_;
  std::vector<const AggregateLoops*> loops_;
  /// Memory per output column.
  std::vector<Vector> columns_;
  Batch batch_;
  /// A group that failed behind those delivered last.
  Failure pending_;
};

}  // namespace basalt::interpreter
