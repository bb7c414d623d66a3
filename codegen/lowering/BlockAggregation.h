#pragma once

#include <span>
#include <string>
#include <vector>

#include "codegen/lowering/BlockGroups.h"
#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/GroupLowering.h"
#include "codegen/lowering/GuessedRanges.h"
#include "codegen/lowering/RowBlock.h"

namespace basalt::codegen {

/// Aggregates a block of rows in vector code, for aggregations with few possible groups: first loops compute for each
/// row the number of its group and the arguments; then for some groups at a time that occur there is a loop over the
/// whole block, which updates copies of their states for the rows of their numbers. No row looks a group up or waits
/// for the row before it to reach memory, which with few groups is what aggregating a row costs.
class BlockAggregation {
 public:
  /// `updated`: the aggregates that the input updates.
  BlockAggregation(PipelineBuilder& builder, const AggregationSpec& spec, std::span<const std::size_t> updated,
                   GroupLowering& groups, const std::string& label)
      : p(builder),
        spec_(spec),
        updated_(updated),
        groups_(groups),
        label_(label),
        expressions_(builder, label),
        guesses_(builder, label),
        blockGroups_(builder, spec, groups, label) {}

  /// Whether such blocks can be aggregated so; asked before the first one.
  bool takes(const VectorColumns& columns);
  /// Returns whether it took them: rows of a group that has no states yet go the long way, and their block with them.
  /// `single`: the states to update in an aggregation without keys, one for each of `updated`.
  Val<bool> consume(const RowBlock& block, std::span<const Val<std::byte*>> single);

 private:
  /// Arguments that are kept from the first loop to the others: 16 KiB of stack each.
  static constexpr std::ptrdiff_t kMaxKept = 8;
  /// And no more of them in one loop, be there registers for their states: with few groups their rows are everywhere.
  static constexpr std::size_t kMaxGroupsAtOnce = 4;

  /// How an aggregate is updated from a block.
  struct Update {
    const AggregateInfo* function;
    /// Null pointer without one.
    ExpressionPointer argument;
    /// Where the rows of a block fit into a narrower sum than those of a group: adds up the sums of blocks; else null
    /// pointer.
    const AggregateInfo* total;
    /// Its argument is kept from the first loop to the others.
    bool isKept;
  };
  /// The argument of an aggregate in the loops that update states.
  struct Argument {
    /// Null pointer without one.
    const Expression* expression;
    /// Where the first loop leaves its values, unless they are stored in the table anyway.
    std::optional<Val<std::byte*>> kept;
  };

  std::string named(std::string_view what) const { return label_ + "." + std::string(what); }
  bool isKept(const ExpressionPointer& argument, const VectorColumns& columns) const;
  std::optional<Update> updateOf(const AggregateSpec& aggregate, const VectorColumns& columns);
  Val<bool> consumeAsGuessed(const RowBlock& block, std::span<const Val<std::byte*>> single);
  std::vector<Argument> arguments();
  Val<std::byte*> keptAt(const Argument& argument, Val<std::uint64_t> index, KernelType type);
  std::optional<SqlValue> load(const Argument& argument, Val<std::uint64_t> index, const Row& row);
  Val<bool> updateGroups(const RowBlock& block, std::span<const Argument> arguments);
  void keepArguments(const RowBlock& block, std::span<const Argument> arguments);
  /// The state of a sum over the block, and what becomes of it.
  Val<std::byte*> beginSum(std::size_t each);
  void addSum(std::size_t each, Val<std::byte*> sum, Val<std::byte*> state);

  /// The rows that have `number` belong to the group of number `group`.
  struct RowsOfGroup {
    Val<std::uint64_t> group;
    Val<std::uint8_t> number;
  };
  /// Groups in one loop share the loads of the arguments; so many that their sums still fit into registers.
  std::size_t groupsAtOnce() const;
  void updateGroups(const RowBlock& block, std::span<const Argument> arguments, Val<std::uint8_t*> numbers,
                    std::span<const RowsOfGroup> groups);

  /// States to update, for rows that `counts` holds for.
  struct Target {
    std::span<const Val<std::byte*>> states;
    std::optional<Val<bool>> counts;
  };
  void update(std::span<const Target> targets, std::span<const Argument> arguments, Val<std::uint64_t> index,
              const Row& row);

  PipelineBuilder& p;  // NOLINT(readability-identifier-naming): stands in front of every emitted operation
  const AggregationSpec& spec_;
  std::span<const std::size_t> updated_;
  GroupLowering& groups_;
  std::string label_;
  ExpressionLowering expressions_;
  GuessedRanges guesses_;
  BlockGroups blockGroups_;
  /// One for each of `updated`.
  std::vector<Update> updates_;
};

}  // namespace basalt::codegen
