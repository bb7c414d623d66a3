#pragma once

#include <optional>
#include <vector>

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/OperatorLowering.h"
#include "runtime/hashtable/GroupTable.h"

namespace basalt::codegen {

/// Finds or makes each row's group in the worker's table and updates the group's aggregate states.
///
/// Without keys there is one group, found in the setup. Its states are copied to the stack, where LLVM turns them into
/// registers, and are copied back whatever way the function is left.
///
/// With keys that are all dictionary codes the group comes out of the table's array over codes, and only a combination
/// that this worker has not met takes the way through the hash table.
class AggregateLowering final : public StepLowering {
 public:
  AggregateLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), spec_(specOf<HashAggregationSpec>()), expressions_(builder, label()) {}

  void setup() override;
  void consume(const Row& row) override;
  void finish() override;

 private:
  void loadSingleGroup();
  Val<std::byte*> findGroup(std::span<const SqlValue> keys);
  Val<std::byte*> findGroupByCodes(const Row& row);
  Val<std::byte*> insertGroup(Val<std::uint64_t> hash, std::span<const SqlValue> keys);
  void update(std::size_t aggregate, Val<std::byte*> state, const std::optional<SqlValue>& argument);
  std::string stateName(std::size_t aggregate) const;

  const HashAggregationSpec& spec_;
  ExpressionLowering expressions_;
  std::optional<Val<GroupTable*>> table_;
  /// Where states keep strings.
  std::optional<Val<StringArena*>> strings_;
  /// The rows by code combination, and what each key's code counts in it.
  std::optional<Val<GroupRow**>> byCodes_;
  std::vector<Val<std::uint64_t>> codeStrides_;
  /// The single group's row, and the copies of its states.
  std::optional<Val<std::byte*>> single_;
  std::vector<Val<std::byte*>> states_;
};

}  // namespace basalt::codegen
