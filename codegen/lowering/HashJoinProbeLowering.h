#pragma once

#include <optional>
#include <vector>

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/OperatorLowering.h"
#include "runtime/hashtable/JoinTable.h"

namespace basalt::codegen {

/// Looks up each row in the join's table and passes on the row joined with every match.
class HashJoinProbeLowering final : public StepLowering {
 public:
  HashJoinProbeLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), spec_(specOf<JoinSpec>()), expressions_(builder, label()) {}

  void setup() override;
  void consume(const Row& row) override;
  bool canPrefetch() const override;
  Val<bool> prefetchPays() override;
  void prefetch(const Row& row) override;

 private:
  /// A directory of fewer slots stays in the processor's own caches.
  static constexpr std::uint64_t kSlotBitsToPrefetch = 16;

  void probe(const Row& row, std::span<const SqlValue> keys);
  void deliver(const Row& joined);
  Row payload(Val<const std::byte*> candidate);

  const JoinSpec& spec_;
  ExpressionLowering expressions_;
  std::optional<Val<const JoinTable*>> table_;
  /// What a prefetch needs of the table.
  std::optional<Val<const std::uint64_t*>> directory_;
  std::optional<Val<std::uint64_t>> shift_;
  /// Joined rows that the condition has been asked about; only with a condition.
  std::optional<Var<std::uint64_t>> tested_;
};

}  // namespace basalt::codegen
