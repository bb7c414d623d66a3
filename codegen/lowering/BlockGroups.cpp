#include "codegen/lowering/BlockGroups.h"

#include <vector>

#include "codegen/lowering/VectorLoop.h"

namespace basalt::codegen {

bool BlockGroups::takes(const VectorColumns& columns) {
  if (spec_.hasFewCombinations()) return groups_.numbersAreVectorizable(columns);
  comparesKeys_ = groups_.comparesKeys(columns);
  return comparesKeys_;
}

BlockGroups::Numbers BlockGroups::number(const RowBlock& block) {
  Val<std::uint8_t*> numbers =
      p.pointerCast<std::uint8_t*>(p.stackBytes(PipelineBuilder::kBlockRows, kVectorBytes, named("numbers")));
  return comparesKeys_ ? compareKeys(block, numbers) : computeNumbers(block, numbers);
}

Val<std::byte*> BlockGroups::rowOf(Val<std::uint64_t> number) {
  return comparesKeys_ ? groups_.addedAs(number) : p.pointerCast<std::byte*>(groups_.known(number));
}

Val<std::uint8_t> BlockGroups::unlessMasked(const RowBlock& block, Val<std::uint64_t> index, Val<std::uint8_t> number) {
  if (!block.mask) return number;
  return p.select(p.notEqual(p.loadElement(*block.mask, index), 0), number, p.constant<std::uint8_t>(kNoGroup),
                  named("number"));
}

void BlockGroups::note(Var<std::uint32_t>& present, Val<std::uint8_t> number) {
  Val<std::uint32_t> bit = p.shiftLeft(p.constant<std::uint32_t>(1), Operand(p.convert<std::uint32_t>(number)));
  present = p.bitOr(present.get(), Operand(bit));
}

BlockGroups::Numbers BlockGroups::computeNumbers(const RowBlock& block, Val<std::uint8_t*> numbers) {
  Var<std::uint32_t> bits = p.local(p.constant<std::uint32_t>(0), named("present"));
  // for each row { numbers[row] = mask[row] ? number of its group : none; present |= 1 << numbers[row] }
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        Val<std::uint8_t> number = unlessMasked(block, index, groups_.smallNumber(block.rowAt(index)));
        p.storeElement(numbers, index, number);
        note(bits, number);
      },
      named("numberRows"));
  Val<std::uint32_t> present = p.bitAnd(bits.get(), ~(std::uint32_t{1} << kNoGroup), named("present"));
  // areKnown = groups[number] != null for all numbers that are present
  Var<bool> areKnown = p.local(p.constant(true), named("areKnown"));
  Var<std::uint32_t> rest = p.local(present, named("rest"));
  p.whileTrue([&] { return p.notEqual(rest.get(), 0); },
              [&] { areKnown = p.bitAnd(areKnown.get(), Operand(groups_.isKnown(takeLowest(rest)))); },
              named("eachNumber"));
  return {numbers, present, areKnown.get()};
}

BlockGroups::Numbers BlockGroups::compareKeys(const RowBlock& block, Val<std::uint8_t*> numbers) {
  // for each row { numbers[row] = mask[row] ? unknown : none }
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        p.storeElement(numbers, index, unlessMasked(block, index, p.constant<std::uint8_t>(kUnknown)));
      },
      named("unknown"));
  forEachStretch(
      p, groups_.countFew(), kComparedAtOnce,
      [&](Val<std::uint64_t> first, Val<std::uint64_t> count) { compareWith(first, count, block, numbers); },
      named("compareKeys"));
  // for each row { present |= 1 << numbers[row] }
  Var<std::uint32_t> bits = p.local(p.constant<std::uint32_t>(0), named("present"));
  emitVectorLoop(
      p, block.count, [&](Val<std::uint64_t> index) { note(bits, p.loadElement(numbers, index)); }, named("note"));
  Val<std::uint32_t> present = p.bitAnd(bits.get(), ~(std::uint32_t{1} << kNoGroup), named("present"));
  return {numbers, present, p.equal(p.bitAnd(present, std::uint32_t{1} << kUnknown), 0, named("areKnown"))};
}

void BlockGroups::compareWith(Val<std::uint64_t> first, Val<std::uint64_t> count, const RowBlock& block,
                              Val<std::uint8_t*> numbers) {
  struct Known {
    std::vector<SqlValue> keys;
    Val<std::uint8_t> number;
  };
  std::vector<Known> known;
  for (std::uint64_t each = 0; each < kComparedAtOnce; ++each) {
    // Of fewer groups than a loop takes the first one stands for those that are missing.
    Val<std::uint64_t> group =
        each == 0 ? first : p.select(p.greater(count, each), p.add(first, each), first, named("group"));
    known.push_back({groups_.storedKeys(rowOf(group)), p.convert<std::uint8_t>(group)});
  }
  // for each row { if (numbers[row] is unknown) for each group { if (its keys are the row's) numbers[row] = its number
  // } }
  emitVectorLoop(
      p, block.count,
      [&](Val<std::uint64_t> index) {
        const std::vector<SqlValue> keys = groups_.keys(block.rowAt(index));
        Val<std::uint8_t> before = p.loadElement(numbers, index);
        Val<std::uint8_t> found = before;
        for (const Known& group : known) {
          found = p.select(groups_.haveSameBytes(keys, group.keys), group.number, found, named("number"));
        }
        p.storeElement(numbers, index, p.select(p.equal(before, kUnknown), found, before, named("number")));
      },
      named("compare"));
}

Val<std::uint64_t> BlockGroups::takeLowest(Var<std::uint32_t>& bits) {
  // position = countTrailingZeros(bits); bits &= bits - 1
  Val<std::uint32_t> position(p.ir().CreateBinaryIntrinsic(llvm::Intrinsic::cttz, bits.get().value(), p.ir().getFalse(),
                                                           nullptr, named("number")));
  bits = p.bitAnd(bits.get(), Operand(p.subtract(bits.get(), 1)));
  return p.convert<std::uint64_t>(position);
}

}  // namespace basalt::codegen
