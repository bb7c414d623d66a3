#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/ExecutionStatistics.h"
#include "operators/pipeline/Pipeline.h"
#include "runtime/pipeline/ResultWriter.h"
#include "runtime/types/Schema.h"
#include "runtime/types/Value.h"

namespace basalt {

class Query;

/// The rows of a running query, pulled by the client in batches or one by one; the query goes on in the background and
/// pauses when the client falls behind. Dropping it cancels the query. One client thread at a time; cancel() from any.
class ResultSet {
 public:
  explicit ResultSet(std::shared_ptr<Query> query);
  ~ResultSet();
  ResultSet(const ResultSet&) = delete;
  ResultSet& operator=(const ResultSet&) = delete;

  const Schema& schema() const;
  /// The next rows, or nothing at the end. Throws the query's ExecutionError, also on later calls; Cancelled after
  /// cancel().
  std::optional<ResultBatch> nextBatch();
  /// The next row as boxed values; false at the end. Throws as nextBatch() does.
  bool next(std::vector<Value>& row);
  /// Makes the query stop at its next row; the next call throws Cancelled.
  void cancel();
  /// What happened so far; final after the end, an error or cancel().
  ExecutionStatistics statistics() const;
  /// The bound plan and its pipelines, for explanations.
  const PipelinePlan& plan() const;

 private:
  std::shared_ptr<Query> query_;
  std::optional<ResultBatch> current_;
  std::uint32_t position_ = 0;
};

/// The value of row `row` of a batch's column.
Value valueAt(const Batch& batch, const Schema& schema, std::size_t column, std::uint32_t row);

}  // namespace basalt
