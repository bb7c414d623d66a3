#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/RowBlock.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/hashtable/GroupTable.h"

namespace basalt::codegen {

/// Finds or makes the groups of rows in a worker's table, for the steps that fill an aggregation.
class GroupLowering {
 public:
  GroupLowering(PipelineBuilder& builder, const AggregationSpec& spec, std::uint32_t input, const std::string& label)
      : p(builder), spec_(spec), input_(spec.inputs[input]), label_(label), expressions_(builder, label) {}

  /// For the setup: `step` is the one whose worker state is the table.
  void setup(std::size_t step);
  Val<StringArena*> strings() const { return *strings_; }

  std::vector<SqlValue> keys(const Row& row);
  /// The row of the group with these keys.
  Val<std::byte*> find(std::span<const SqlValue> keys);
  // Asking for memory ahead, as StepLowering has it.
  unsigned prefetchRounds() const;
  Val<bool> prefetchPays(const Row& first, const Row& last);
  Val<std::uint64_t> lookup(const Row& row);
  Val<std::uint64_t> prefetch(Val<std::uint64_t> lookup, unsigned round);
  /// The one group of an aggregation without keys.
  Val<std::byte*> single();

  /// Whether blocks of rows with such columns may go on with a run of groups.
  bool takesRuns(const VectorColumns& columns) const { return spec_.mayLieInRuns() && numbersAreVectorizable(columns); }
  /// Rows in their order, each given by its index, for one loop.
  struct Rows {
    Val<std::uint64_t> count;
    llvm::function_ref<Row(Val<std::uint64_t>)> at;
  };
  /// Whether all of them, at least one, go on with the run in the order of their numbers.
  Val<bool> goOnWithRun(const Rows& rows);
  /// If so: for each row { visit(row, its group) }.
  void forEachInRun(const Rows& rows, llvm::function_ref<void(const Row&, Val<std::byte*>)> visit);

  /// Whether groups have numbers, and vector instructions can compute these for rows with such columns.
  bool numbersAreVectorizable(const VectorColumns& columns) const;
  /// The number of the group of `row`, where groups have numbers.
  Val<std::uint64_t> number(const Row& row);
  /// The same where there are few: computed in bytes, of which a vector has many.
  Val<std::uint8_t> smallNumber(const Row& row);
  /// Groups that are found by their hash, guessed to be few: whether vector instructions can tell their rows by
  /// comparing bytes of keys.
  bool comparesKeys(const VectorColumns& columns) const;
  /// How many there are, if not too many for that; else 0.
  Val<std::uint64_t> countFew();
  /// The one that was added after so many others, of a few.
  Val<std::byte*> addedAs(Val<std::uint64_t> number);
  std::vector<SqlValue> storedKeys(Val<std::byte*> group);
  /// Whether keys are the same, byte by byte: then they are equal. Others may be equal, too.
  Val<bool> haveSameBytes(std::span<const SqlValue> keys, std::span<const SqlValue> others);

  /// Whether the group of that number is there; then, where.
  Val<bool> isKnown(Val<std::uint64_t> number);
  Val<NumberedGroup*> known(Val<std::uint64_t> number);

  /// A copy on the stack of the state of the group's aggregate, which LLVM turns into registers.
  Val<std::byte*> copyState(Val<std::byte*> group, std::size_t aggregate);
  void putBackState(Val<std::byte*> group, std::size_t aggregate, Val<std::byte*> copy);
  Val<std::byte*> stateOf(Val<std::byte*> group, std::size_t aggregate);

  std::string stateName(std::size_t aggregate) const;

 private:
  /// So many groups are few, and so short are their rows that they lie on one page.
  static constexpr std::uint64_t kFewGroups = 8;
  static constexpr std::uint64_t kMaxRowBytesOfFew = 4096;

  std::string named(std::string_view what) const { return label_ + "." + std::string(what); }
  Val<std::byte*> findByHash(std::span<const SqlValue> keys);
  /// Keys are integers within known bounds.
  bool hasIntervals() const { return !spec_.keyIntervals.empty(); }
  /// In numbers of the type T, modulo 2^(its bits).
  template <typename T>
  Val<T> numberOfKeys(std::span<const SqlValue> keys);
  Val<std::byte*> findByNumber(std::span<const SqlValue> keys);
  Val<std::byte*> findInRun(Val<GroupRunEnd*> end, Val<std::uint64_t> number, std::span<const SqlValue> keys);
  Val<GroupRunEnd*> runEnd();
  /// Sees to it that a group of that number, which is not known, may be inserted, or has become known.
  void seekPlace(Val<std::uint64_t> number);
  /// Whether the number of one row is greater than that of another.
  Val<bool> isBehind(const Row& row, const Row& other);
  Val<std::byte*> findInArray(Val<std::uint64_t> number, std::span<const SqlValue> keys);
  Val<std::byte*> findPlace(std::span<const SqlValue> keys);
  Val<std::byte*> insert(Val<std::uint64_t> hash, std::span<const SqlValue> keys);
  /// Writes keys and states of a new group.
  void initialise(Val<std::byte*> group, std::span<const SqlValue> keys);
  void storeKeys(Val<std::byte*> group, std::span<const SqlValue> keys);
  void initialiseStates(Val<std::byte*> group);

  PipelineBuilder& p;  // NOLINT(readability-identifier-naming): stands in front of every emitted operation
  const AggregationSpec& spec_;
  const AggregationInput& input_;
  std::string label_;
  ExpressionLowering expressions_;
  std::optional<Val<GroupTable*>> table_;
  /// Where states keep strings.
  std::optional<Val<StringArena*>> strings_;
  /// The rows by number of the keys' combination, where they lie so; and what each key counts in it.
  std::optional<Val<std::byte*>> rowsByNumber_;
  struct Stride {
    Val<std::uint64_t> minimum;
    Val<std::uint64_t> stride;
  };
  std::vector<Stride> keyStrides_;
};

}  // namespace basalt::codegen
