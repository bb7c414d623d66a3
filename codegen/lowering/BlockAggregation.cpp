#include "codegen/lowering/BlockAggregation.h"

#include <algorithm>

#include <llvm/IR/InstIterator.h>

#include "codegen/lowering/AggregateUpdate.h"
#include "codegen/lowering/VectorLoop.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

namespace {

constexpr std::uint64_t kVectorBytes = 64;

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

void BlockAggregation::update(std::span<const Val<std::byte*>> states, std::span<const Argument> arguments,
                              Val<std::uint64_t> index, const Row& row, std::optional<Val<bool>> counts) {
  std::vector<std::optional<SqlValue>> values;
  for (const Argument& argument : arguments) values.push_back(load(argument, index, row));
  const auto updateAll = [&] {
    for (std::size_t each = 0; each < states.size(); ++each) {
      updateAggregate(p, *spec_.aggregates[updated_[each]].function, states[each], values[each], groups_.strings(),
                      PipelineBuilder::kNoSite, groups_.stateName(updated_[each]));
    }
  };
  counts ? p.ifThen(*counts, updateAll, named("isInGroup")) : updateAll();
}

Val<bool> BlockAggregation::consume(const RowBlock& block, std::span<const Val<std::byte*>> single) {
  const std::vector<Argument> arguments = this->arguments();
  if (spec_.keyCount() != 0) return updateGroups(block, arguments);
  // for each row { if (mask[row]) update(states, arguments) }
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        std::optional<Val<bool>> counts;
        if (block.mask) counts = p.notEqual(p.loadElement(*block.mask, index), 0);
        update(single, arguments, index, block.rowAt(index), counts);
      },
      named("updateBlock"));
  return p.constant(true);
}

Val<bool> BlockAggregation::updateGroups(const RowBlock& block, std::span<const Argument> arguments) {
  Val<std::uint8_t*> numbers =
      p.pointerCast<std::uint8_t*>(p.stackBytes(PipelineBuilder::kBlockRows, kVectorBytes, named("numbers")));
  Val<std::uint64_t> present = numberRows(block, arguments, numbers);
  // areKnown = groups[number] != null for all numbers that are present
  Var<bool> areKnown = p.local(p.constant(true), named("areKnown"));
  forEachBit(present, [&](Val<std::uint64_t> number) {
    areKnown = p.bitAnd(areKnown.get(), Operand(p.isNotNull(groups_.known(number))));
  });
  p.ifThen(
      areKnown.get(),
      [&] { forEachBit(present, [&](Val<std::uint64_t> number) { updateGroup(block, number, numbers, arguments); }); },
      named("updateGroups"));
  return areKnown.get();
}

Val<std::uint64_t> BlockAggregation::numberRows(const RowBlock& block, std::span<const Argument> arguments,
                                                Val<std::uint8_t*> numbers) {
  Var<std::uint64_t> present = p.local(p.constant<std::uint64_t>(0), named("present"));
  // for each row { numbers[row] = mask[row] ? number of its group : none; present |= 1 << number; keep its arguments }
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        const Row row = block.rowAt(index);
        Val<std::uint64_t> number = groups_.number(row);
        if (block.mask) {
          number = p.select(p.notEqual(p.loadElement(*block.mask, index), 0), number,
                            p.constant<std::uint64_t>(kNoGroup), named("number"));
        }
        p.storeElement(numbers, index, p.convert<std::uint8_t>(number));
        present = p.bitOr(present.get(), Operand(p.shiftLeft(p.constant<std::uint64_t>(1), Operand(number))));
        for (const Argument& argument : arguments) {
          if (!argument.kept) continue;
          const SqlValue value = expressions_.value(*argument.expression, row);
          storeKernelValue(p, keptAt(argument, index, value.type()), 0, value.value, byteSize(value.type()));
        }
      },
      named("numberRows"));
  return p.bitAnd(present.get(), ~(std::uint64_t{1} << kNoGroup), named("present"));
}

void BlockAggregation::forEachBit(Val<std::uint64_t> bits, llvm::function_ref<void(Val<std::uint64_t>)> visit) {
  // for (; bits != 0; bits &= bits - 1) { visit(position of the lowest one) }
  Var<std::uint64_t> rest = p.local(bits, named("rest"));
  p.whileTrue([&] { return p.notEqual(rest.get(), 0); },
              [&] {
                visit(Val<std::uint64_t>(p.ir().CreateBinaryIntrinsic(llvm::Intrinsic::cttz, rest.get().value(),
                                                                      p.ir().getTrue(), nullptr, named("number"))));
                rest = p.bitAnd(rest.get(), Operand(p.subtract(rest.get(), 1)));
              },
              named("eachGroup"));
}

void BlockAggregation::updateGroup(const RowBlock& block, Val<std::uint64_t> number, Val<std::uint8_t*> numbers,
                                   std::span<const Argument> arguments) {
  Val<std::byte*> group = p.pointerCast<std::byte*>(groups_.known(number));
  // states = copy of group->states
  std::vector<Val<std::byte*>> states;
  for (const std::size_t index : updated_) states.push_back(groups_.copyState(group, index));
  // for each row { if (numbers[row] == number) update(states, arguments) }
  Val<std::uint8_t> narrow = p.convert<std::uint8_t>(number);
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        update(states, arguments, index, block.rowAt(index), p.equal(p.loadElement(numbers, index), Operand(narrow)));
      },
      named("updateGroup"));
  // group->states = states
  for (std::size_t each = 0; each < states.size(); ++each) groups_.putBackState(group, updated_[each], states[each]);
}

}  // namespace basalt::codegen
