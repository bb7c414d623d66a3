#pragma once

#include <cstdint>
#include <string>

#include "codegen/lowering/GroupLowering.h"
#include "codegen/lowering/RowBlock.h"

namespace basalt::codegen {

/// Tells which group each row of a block belongs to, by small numbers, in vector code: for aggregations of few groups.
/// Where the values of keys are known to be few, groups have numbers that keys are computed into. Where they are only
/// guessed to be few, and groups are found by their hash, every row's keys are compared with those of all groups that
/// there are, in the order in which these were added; a row of another group is found, too.
class BlockGroups {
 public:
  BlockGroups(PipelineBuilder& builder, const AggregationSpec& spec, GroupLowering& groups, const std::string& label)
      : p(builder), spec_(spec), groups_(groups), label_(label) {}

  /// The number of rows that are in no group, and one that no row has; both greater than any group's.
  static constexpr std::uint8_t kNoGroup = 31;
  static constexpr std::uint8_t kNoRow = 30;

  /// Whether it can for blocks with such columns.
  bool takes(const VectorColumns& columns);

  struct Numbers {
    /// By row.
    Val<std::uint8_t*> ofRows;
    /// A bit for each group that has rows.
    Val<std::uint32_t> present;
    /// All groups that have rows are there.
    Val<bool> areKnown;
  };
  Numbers number(const RowBlock& block);
  /// Where the group of a number lies.
  Val<std::byte*> rowOf(Val<std::uint64_t> number);
  bool mayBeMany() const { return comparesKeys_ || spec_.combinationCount() > 2; }
  /// The position of the lowest bit, which is taken out.
  Val<std::uint64_t> takeLowest(Var<std::uint32_t>& bits);

 private:
  /// The number of rows that belong to none of the groups that there are.
  static constexpr std::uint8_t kUnknown = 29;
  /// Groups of which one loop compares the keys.
  static constexpr std::uint64_t kComparedAtOnce = 4;

  std::string named(std::string_view what) const { return label_ + "." + std::string(what); }
  Val<std::uint8_t> unlessMasked(const RowBlock& block, Val<std::uint64_t> index, Val<std::uint8_t> number);
  void note(Var<std::uint32_t>& present, Val<std::uint8_t> number);
  Numbers computeNumbers(const RowBlock& block, Val<std::uint8_t*> numbers);
  Numbers compareKeys(const RowBlock& block, Val<std::uint8_t*> numbers);
  void compareWith(Val<std::uint64_t> first, Val<std::uint64_t> count, const RowBlock& block,
                   Val<std::uint8_t*> numbers);

  PipelineBuilder& p;  // NOLINT(readability-identifier-naming): stands in front of every emitted operation
  const AggregationSpec& spec_;
  GroupLowering& groups_;
  std::string label_;
  bool comparesKeys_ = false;
};

}  // namespace basalt::codegen
