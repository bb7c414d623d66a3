#pragma once

#include <cstdint>
#include <vector>

#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/sinks/BatchSink.h"
#include "interpreter/sinks/GroupLookup.h"
#include "interpreter/sinks/GroupPartition.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/hashtable/GroupTable.h"
#include "runtime/memory/Buffer.h"

namespace basalt::interpreter {

/// Hash aggregation: finds the groups of a batch's rows, then updates the states of one aggregate after the other, as
/// far as this input of the aggregation updates them: group by group where the batch has few, else row by row.
class AggregateSink final : public BatchSink {
 public:
  AggregateSink(const WorkerContext& context, const AggregationSpec& spec, std::uint32_t input,
                const std::vector<std::uint32_t>& sites, GroupTable* table);

 private:
  struct Update {
    std::size_t aggregate;
    const AggregateLoops* loops;
    /// Unused for count(*).
    Vector argument;
  };

  void doConsume(const Batch& batch) override;
  /// The first failure of an aggregate, in row order.
  struct Failure {
    ErrorCode code = ErrorCode::None;
    std::uint32_t row = 0;
  };

  void update(const RowSelection& rows);
  Failure updateRows(const Update& update, const RowSelection& rows);
  Failure updateParts(const Update& update);
  Failure updateGroup(const Update& update, std::byte* group, const RowSelection& rows);
  AggregateUpdateCall callOf(const Update& update, const RowSelection& rows, Failure& failure) const;
  [[noreturn]] void raise(ErrorCode error, std::size_t aggregate) const;

  const AggregationSpec& spec_;
  const std::vector<std::uint32_t>& sites_;
  ExpressionEvaluator expressions_;
  GroupLookup lookup_;
  GroupPartition partition_;
  /// Where states keep the bytes of their strings.
  StringArena* strings_;
  std::vector<Vector> keys_;
  std::vector<Update> updates_;
  /// The group's row, per position.
  Buffer groups_;
};

}  // namespace basalt::interpreter
