#pragma once

#include <optional>
#include <vector>

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/GroupReader.h"
#include "codegen/lowering/OperatorLowering.h"
#include "runtime/rows/SortedGroup.h"

namespace basalt::codegen {

/// Aggregates rows whose groups come one behind the other: a row with other keys than the current group's puts this one
/// out and begins its own. The group after which no row comes is put out by another pipeline.
class SortAggregateLowering final : public StepLowering {
 public:
  SortAggregateLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step),
        spec_(specOf<AggregationSpec>()),
        sites_(builder.pipeline().aggregateSites[step]),
        expressions_(builder, label()),
        reader_(builder, spec_, sites_) {}

  void setup() override;
  void consume(const Row& row) override;

 private:
  void beginGroup(std::span<const SqlValue> keys);
  void update(std::size_t aggregate, const std::optional<SqlValue>& argument);
  Val<std::byte*> state(std::size_t aggregate);

  const AggregationSpec& spec_;
  const std::vector<std::uint32_t>& sites_;
  ExpressionLowering expressions_;
  GroupReader reader_;
  std::optional<Val<SortedGroup*>> group_;
  /// The group's keys and states.
  std::optional<Val<std::byte*>> bytes_;
  std::optional<Val<RowAppender*>> keys_;
  std::optional<Val<StringArena*>> strings_;
};

}  // namespace basalt::codegen
