#include "codegen/lowering/BlockAggregation.h"

#include <algorithm>
#include <utility>

#include <llvm/IR/IntrinsicInst.h>

#include "codegen/lowering/AggregateUpdate.h"
#include "codegen/lowering/VectorLoop.h"
#include "operators/expression/TypeMapping.h"
#include "operators/spec/AggregateBinding.h"

namespace basalt::codegen {

namespace {

bool isExtreme(const llvm::Instruction& instruction) { return llvm::isa<llvm::MinMaxIntrinsic>(instruction); }

/// Whether a stored value is the one before, combined with something in an order that does not matter.
bool isReduction(const llvm::StoreInst& store) {
  // The least or the greatest of two is an intrinsic function.
  const auto* operation = llvm::dyn_cast<llvm::Instruction>(store.getValueOperand());
  const bool mayBe = operation != nullptr && (llvm::isa<llvm::BinaryOperator>(operation) || isExtreme(*operation));
  return mayBe && operation->isAssociative() && operation->isCommutative() &&
         std::ranges::any_of(operation->operands(), [&](const llvm::Value* operand) {
           const auto* load = llvm::dyn_cast<llvm::LoadInst>(operand);
           return load != nullptr && load->getPointerOperand() == store.getPointerOperand();
         });
}

/// Whether vector instructions can update a state from several rows at once: known by looking at what the update does.
bool isVectorizable(llvm::Module& module, const AggregateInfo& aggregate) {
  llvm::Function* update = module.getFunction({aggregate.updateSymbol.data(), aggregate.updateSymbol.size()});
  if (aggregate.updateMayFail || aggregate.updateUsesArena || update == nullptr || update->materialize()) return false;
  return update->size() == 1 && std::ranges::all_of(update->getEntryBlock(), [](const llvm::Instruction& instruction) {
           const auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction);
           return store != nullptr ? isReduction(*store)
                                   : isExtreme(instruction) || !llvm::isa<llvm::CallBase>(instruction);
         });
}

/// Whether so much of the next block fits into the first-level cache. Wide rows are read at the memory's rate anyway.
bool mayAskFor(std::span<const RowBlock::Stream> streams) {
  constexpr std::uint64_t kFirstLevelBytes = 32 * 1024;
  std::uint64_t bytesPerRow = 0;
  for (const RowBlock::Stream& stream : streams) bytesPerRow += stream.bytesPerRow;
  return bytesPerRow * PipelineBuilder::kBlockRows <= kFirstLevelBytes;
}

/// For a sum that is kept in more than 64 bits: the one that adds numbers of 64 bits to the same state. Null pointer
/// where there is none that cannot fail.
const AggregateInfo* totalOf(const AggregateInfo& sum) {
  for (const AggregateInfo& total : findAggregates(sum.name)) {
    const bool takesBigInt = total.arguments.size() == 1 && total.arguments[0] == KernelType::BigInt;
    if (takesBigInt && total.stateSize == sum.stateSize && !total.updateMayFail && !total.updateUsesArena)
      return &total;
  }
  return nullptr;
}

}  // namespace

bool BlockAggregation::isKept(const ExpressionPointer& argument, const VectorColumns& columns) const {
  if (spec_.keyCount() == 0 || !argument) return false;
  return argument->kind != Expression::Kind::Column || columns[argument->column].form == VectorColumn::Form::Computed;
}

bool BlockAggregation::takes(const VectorColumns& columns) {
  if (updated_.empty() || !blockGroups_.takes(columns)) return false;
  guesses_.begin(columns);
  for (const std::size_t index : updated_) {
    std::optional<Update> update = updateOf(spec_.aggregates[index], columns);
    if (!update) return false;
    updates_.push_back(std::move(*update));
  }
  return std::ranges::count(updates_, true, &Update::isKept) <= kMaxKept;
}

std::optional<BlockAggregation::Update> BlockAggregation::updateOf(const AggregateSpec& aggregate,
                                                                   const VectorColumns& columns) {
  const RangedExpression argument = aggregate.argument ? guesses_.use(aggregate.argument) : RangedExpression{};
  if (argument.expression && !codegen::isVectorizable(*argument.expression, columns)) return std::nullopt;
  Update update{aggregate.function, argument.expression, nullptr, isKept(argument.expression, columns)};
  if (isVectorizable(p.module(), *update.function)) return update;
  update.function = &boundedSum(*aggregate.function, argument.range, PipelineBuilder::kBlockRows);
  update.total = totalOf(*aggregate.function);
  if (update.total == nullptr || !isVectorizable(p.module(), *update.function)) return std::nullopt;
  return update;
}

std::vector<BlockAggregation::Argument> BlockAggregation::arguments() {
  std::vector<Argument> arguments;
  for (std::size_t each = 0; each < updated_.size(); ++each) {
    Argument& argument = arguments.emplace_back(Argument{updates_[each].argument.get(), std::nullopt});
    if (updates_[each].isKept) {
      argument.kept = p.stackBytes(PipelineBuilder::kBlockRows * byteSize(updates_[each].function->arguments[0]),
                                   kVectorBytes, groups_.stateName(updated_[each]) + ".arguments");
    }
  }
  return arguments;
}

Val<std::byte*> BlockAggregation::keptAt(const Argument& argument, Val<std::uint64_t> index, KernelType type) {
  return Val<std::byte*>(p.elementAddress(argument.kept->value(), index.value(), byteSize(type), named("argument")));
}

std::optional<SqlValue> BlockAggregation::load(const Argument& argument, Val<std::uint64_t> index, const Row& row) {
  if (argument.expression == nullptr) return std::nullopt;
  if (!argument.kept) return expressions_.value(*argument.expression, row);
  const KernelType type = kernelTypeOf(*argument.expression);
  return SqlValue{loadKernelValue(p, type, keptAt(argument, index, type), 0, byteSize(type)), std::nullopt};
}

void BlockAggregation::update(std::span<const Target> targets, std::span<const Argument> arguments,
                              Val<std::uint64_t> index, const Row& row) {
  std::vector<std::optional<SqlValue>> values;
  for (const Argument& argument : arguments) values.push_back(load(argument, index, row));
  for (const Target& target : targets) {
    const auto updateAll = [&] {
      for (std::size_t each = 0; each < updated_.size(); ++each) {
        updateAggregate(p, *updates_[each].function, target.states[each], values[each], groups_.strings(),
                        PipelineBuilder::kNoSite, groups_.stateName(updated_[each]));
      }
    };
    // The weight keeps the branch until the vectorizer has seen it: sums that go on under a condition are known to it
    // as sums, selections between sums are not.
    target.counts ? p.ifThen(unlikely(*target.counts), updateAll, named("isInGroup")) : updateAll();
  }
}

Val<bool> BlockAggregation::consume(const RowBlock& block, std::span<const Val<std::byte*>> single) {
  return guesses_.ifTheyHold(block, [&] { return consumeAsGuessed(block, single); });
}

Val<bool> BlockAggregation::consumeAsGuessed(const RowBlock& block, std::span<const Val<std::byte*>> single) {
  const std::vector<Argument> arguments = this->arguments();
  if (spec_.keyCount() != 0) return updateGroups(block, arguments);
  std::vector<Val<std::byte*>> states;
  for (std::size_t each = 0; each < updated_.size(); ++each) {
    states.push_back(updates_[each].total != nullptr ? beginSum(each) : single[each]);
  }
  // for each row { if (mask[row]) update(states, arguments) }
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        Target target{states, std::nullopt};
        if (block.mask) target.counts = p.notEqual(p.loadElement(*block.mask, index), 0);
        update({&target, 1}, arguments, index, block.rowAt(index));
      },
      named("updateBlock"));
  for (std::size_t each = 0; each < updated_.size(); ++each) {
    if (updates_[each].total != nullptr) addSum(each, states[each], single[each]);
  }
  return p.constant(true);
}

Val<bool> BlockAggregation::updateGroups(const RowBlock& block, std::span<const Argument> arguments) {
  const BlockGroups::Numbers numbers = blockGroups_.number(block);
  p.ifThen(
      numbers.areKnown,
      [&] {
        keepArguments(block, arguments);
        Var<std::uint32_t> rest = p.local(numbers.present, named("rest"));
        const auto isLeft = [&] { return p.notEqual(rest.get(), 0); };
        p.whileTrue(
            isLeft,
            [&] {
              // Of fewer groups than a loop takes the first one stands for those that are missing, with no rows.
              std::vector<RowsOfGroup> groups;
              for (std::size_t each = 0; each < groupsAtOnce(); ++each) {
                Val<bool> isThere = isLeft();
                Val<std::uint64_t> next = blockGroups_.takeLowest(rest);
                Val<std::uint8_t> number = p.convert<std::uint8_t>(next);
                if (each != 0) {
                  next = p.select(isThere, next, groups.front().group, named("group"));
                  number =
                      p.select(isThere, number, p.constant<std::uint8_t>(BlockGroups::kNoRow), named("groupNumber"));
                }
                groups.push_back({next, number});
              }
              updateGroups(block, arguments, numbers.ofRows, groups);
            },
            named("eachGroups"));
      },
      named("updateGroups"));
  return numbers.areKnown;
}

void BlockAggregation::keepArguments(const RowBlock& block, std::span<const Argument> arguments) {
  if (std::ranges::none_of(arguments, [](const Argument& argument) { return argument.kept.has_value(); })) return;
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        const Row row = block.rowAt(index);
        for (const Argument& argument : arguments) {
          if (!argument.kept) continue;
          const SqlValue value = expressions_.value(*argument.expression, row);
          storeKernelValue(p, keptAt(argument, index, value.type()), 0, value.value, byteSize(value.type()));
        }
      },
      named("keepArguments"));
}

Val<std::byte*> BlockAggregation::beginSum(std::size_t each) {
  const AggregateInfo& function = *updates_[each].function;
  Val<std::byte*> sum =
      p.stackBytes(function.stateSize, function.stateAlignment, groups_.stateName(updated_[each]) + ".sum");
  callInitialise(p, function, sum);
  return sum;
}

void BlockAggregation::addSum(std::size_t each, Val<std::byte*> sum, Val<std::byte*> state) {
  const Update& update = updates_[each];
  // update(state, finalise(sum)), which fits the 64 bits of the sum
  Val<std::byte*> result = p.stackBytes(byteSize(update.function->result), kVectorBytes, named("sum"));
  callFinalise(p, *update.function, sum, result, p.zero<ErrorCode*>());
  const KernelValue value = loadKernelValue(p, update.total->arguments[0], result, 0, alignof(std::int64_t));
  callUpdate(p, *update.total, state, {&value, 1}, p.zero<ErrorCode*>(), groups_.strings());
}

std::size_t BlockAggregation::groupsAtOnce() const {
  // A quarter of the registers holds arguments and conditions. Two groups at least: their loop's loads are half of it.
  const std::size_t held = p.cpu().vectorRegisters * 3 / 4 / updated_.size();
  return held >= kMaxGroupsAtOnce && blockGroups_.mayBeMany() ? kMaxGroupsAtOnce : 2;
}

void BlockAggregation::updateGroups(const RowBlock& block, std::span<const Argument> arguments,
                                    Val<std::uint8_t*> numbers, std::span<const RowsOfGroup> groups) {
  struct Copies {
    Val<std::byte*> group;
    std::vector<Val<std::byte*>> states;
  };
  std::vector<Copies> copies;
  for (const RowsOfGroup& rows : groups) {
    // states = copy of group->states
    Copies& copy = copies.emplace_back(Copies{blockGroups_.rowOf(rows.group), {}});
    for (std::size_t each = 0; each < updated_.size(); ++each) {
      copy.states.push_back(updates_[each].total != nullptr ? beginSum(each)
                                                            : groups_.copyState(copy.group, updated_[each]));
    }
  }
  // The loop computes for longer than it waits for memory, which can bring the next block's rows meanwhile.
  if (mayAskFor(block.following)) {
    for (const RowBlock::Stream& stream : block.following) p.prefetchStream(stream.start, stream.bytesPerRow);
  }
  // for each row { for each group { if (numbers[row] is its number) update(states, arguments) } }
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        Val<std::uint8_t> number = p.loadElement(numbers, index);
        std::vector<Target> targets;
        for (std::size_t each = 0; each < copies.size(); ++each) {
          targets.push_back({copies[each].states, p.equal(number, Operand(groups[each].number))});
        }
        update(targets, arguments, index, block.rowAt(index));
      },
      named("updateGroups"));
  // group->states = states, the first group last: without a second one it stands for both.
  for (auto copy = copies.rbegin(); copy != copies.rend(); ++copy) {
    for (std::size_t each = 0; each < updated_.size(); ++each) {
      if (updates_[each].total != nullptr) {
        addSum(each, copy->states[each], groups_.stateOf(copy->group, updated_[each]));
      } else {
        groups_.putBackState(copy->group, updated_[each], copy->states[each]);
      }
    }
  }
}

}  // namespace basalt::codegen
