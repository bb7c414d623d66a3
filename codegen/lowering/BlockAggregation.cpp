#include "codegen/lowering/BlockAggregation.h"

#include <algorithm>

#include "codegen/lowering/AggregateUpdate.h"
#include "codegen/lowering/VectorLoop.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

namespace {

/// Whether a stored value is the one before, combined with something in an order that does not matter.
bool isReduction(const llvm::StoreInst& store) {
  const auto* operation = llvm::dyn_cast<llvm::BinaryOperator>(store.getValueOperand());
  return operation != nullptr && operation->isAssociative() && operation->isCommutative() &&
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
           return store != nullptr ? isReduction(*store) : !llvm::isa<llvm::CallBase>(instruction);
         });
}

}  // namespace

bool BlockAggregation::isKept(const ExpressionPointer& argument, const VectorColumns& columns) const {
  if (spec_.keyCount() == 0 || !argument) return false;
  return argument->kind != Expression::Kind::Column || columns[argument->column] == VectorColumn::Computed;
}

bool BlockAggregation::takes(const VectorColumns& columns) {
  if (!spec_.hasFewCombinations() || updated_.empty() || !groups_.numbersAreVectorizable(columns)) return false;
  for (const std::size_t index : updated_) {
    const AggregateSpec& aggregate = spec_.aggregates[index];
    if (!isVectorizable(p.module(), *aggregate.function)) return false;
    if (aggregate.argument && !codegen::isVectorizable(*aggregate.argument, columns)) return false;
    isKept_.push_back(isKept(aggregate.argument, columns));
  }
  return std::ranges::count(isKept_, true) <= kMaxKept;
}

std::vector<BlockAggregation::Argument> BlockAggregation::arguments() {
  std::vector<Argument> arguments;
  for (std::size_t each = 0; each < updated_.size(); ++each) {
    const AggregateSpec& aggregate = spec_.aggregates[updated_[each]];
    Argument& argument = arguments.emplace_back(Argument{aggregate.argument.get(), std::nullopt});
    if (isKept_[each]) {
      argument.kept = p.stackBytes(PipelineBuilder::kBlockRows * byteSize(aggregate.function->arguments[0]),
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
        updateAggregate(p, *spec_.aggregates[updated_[each]].function, target.states[each], values[each],
                        groups_.strings(), PipelineBuilder::kNoSite, groups_.stateName(updated_[each]));
      }
    };
    // The weight keeps the branch until the vectorizer has seen it: sums that go on under a condition are known to it
    // as sums, selections between sums are not.
    target.counts ? p.ifThen(unlikely(*target.counts), updateAll, named("isInGroup")) : updateAll();
  }
}

Val<bool> BlockAggregation::consume(const RowBlock& block, std::span<const Val<std::byte*>> single) {
  const std::vector<Argument> arguments = this->arguments();
  if (spec_.keyCount() != 0) return updateGroups(block, arguments);
  // for each row { if (mask[row]) update(states, arguments) }
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        Target target{single, std::nullopt};
        if (block.mask) target.counts = p.notEqual(p.loadElement(*block.mask, index), 0);
        update({&target, 1}, arguments, index, block.rowAt(index));
      },
      named("updateBlock"));
  return p.constant(true);
}

Val<bool> BlockAggregation::updateGroups(const RowBlock& block, std::span<const Argument> arguments) {
  Val<std::uint8_t*> numbers =
      p.pointerCast<std::uint8_t*>(p.stackBytes(PipelineBuilder::kBlockRows, kVectorBytes, named("numbers")));
  Val<std::uint32_t> present = numberRows(block, numbers);
  // areKnown = groups[number] != null for all numbers that are present
  Var<bool> areKnown = p.local(p.constant(true), named("areKnown"));
  Var<std::uint32_t> rest = p.local(present, named("rest"));
  const auto isLeft = [&] { return p.notEqual(rest.get(), 0); };
  p.whileTrue(
      isLeft, [&] { areKnown = p.bitAnd(areKnown.get(), Operand(groups_.isKnown(takeLowest(rest)))); },
      named("eachNumber"));
  p.ifThen(
      areKnown.get(),
      [&] {
        keepArguments(block, arguments);
        rest = present;
        p.whileTrue(
            isLeft,
            [&] {
              // Of fewer groups than a loop takes the first one stands for those that are missing, with no rows.
              std::vector<RowsOfGroup> groups;
              for (std::size_t each = 0; each < groupsAtOnce(); ++each) {
                Val<bool> isThere = isLeft();
                Val<std::uint64_t> next = takeLowest(rest);
                Val<std::uint8_t> number = p.convert<std::uint8_t>(next);
                if (each != 0) {
                  next = p.select(isThere, next, groups.front().group, named("group"));
                  number = p.select(isThere, number, p.constant<std::uint8_t>(kNoRow), named("groupNumber"));
                }
                groups.push_back({next, number});
              }
              updateGroups(block, arguments, numbers, groups);
            },
            named("eachGroups"));
      },
      named("updateGroups"));
  return areKnown.get();
}

Val<std::uint32_t> BlockAggregation::numberRows(const RowBlock& block, Val<std::uint8_t*> numbers) {
  Var<std::uint32_t> present = p.local(p.constant<std::uint32_t>(0), named("present"));
  // for each row { numbers[row] = mask[row] ? number of its group : none; present |= 1 << numbers[row] }
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        Val<std::uint8_t> number = groups_.smallNumber(block.rowAt(index));
        if (block.mask) {
          number = p.select(p.notEqual(p.loadElement(*block.mask, index), 0), number,
                            p.constant<std::uint8_t>(kNoGroup), named("number"));
        }
        p.storeElement(numbers, index, number);
        Val<std::uint32_t> bit = p.shiftLeft(p.constant<std::uint32_t>(1), Operand(p.convert<std::uint32_t>(number)));
        present = p.bitOr(present.get(), Operand(bit));
      },
      named("numberRows"));
  return p.bitAnd(present.get(), ~(std::uint32_t{1} << kNoGroup), named("present"));
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

Val<std::uint64_t> BlockAggregation::takeLowest(Var<std::uint32_t>& bits) {
  // position = countTrailingZeros(bits); bits &= bits - 1
  Val<std::uint32_t> position(p.ir().CreateBinaryIntrinsic(llvm::Intrinsic::cttz, bits.get().value(), p.ir().getFalse(),
                                                           nullptr, named("number")));
  bits = p.bitAnd(bits.get(), Operand(p.subtract(bits.get(), 1)));
  return p.convert<std::uint64_t>(position);
}

std::size_t BlockAggregation::groupsAtOnce() const {
  // A quarter of the registers holds arguments and conditions. Two groups at least: their loop's loads are half of it.
  const std::size_t held = p.cpu().vectorRegisters * 3 / 4 / updated_.size();
  return held >= kMaxGroupsAtOnce && spec_.combinationCount() > 2 ? kMaxGroupsAtOnce : 2;
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
    Copies& copy = copies.emplace_back(Copies{p.pointerCast<std::byte*>(groups_.known(rows.group)), {}});
    for (const std::size_t index : updated_) copy.states.push_back(groups_.copyState(copy.group, index));
  }
  // The loop computes for longer than it waits for memory, which can bring the next block's rows meanwhile.
  for (const RowBlock::Stream& stream : block.following) p.prefetchStream(stream.start, stream.bytesPerRow);
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
      groups_.putBackState(copy->group, updated_[each], copy->states[each]);
    }
  }
}

}  // namespace basalt::codegen
