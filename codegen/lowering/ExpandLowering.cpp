#include "codegen/lowering/ExpandLowering.h"

#include <algorithm>

#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

namespace {

constexpr std::uint64_t kSlotBytes = 16;

}  // namespace

void ExpandLowering::setup() {
  p.addCounter(countIndex());
  slots_.resize(spec_.output.size());
  for (std::size_t column = 0; column < slots_.size(); ++column) {
    if (spec_.passedColumns[column] != ExpandSpec::kComputed) {
      continue;
    }
    const Field& field = spec_.output[column];
    slots_[column].emplace(Slot{kernelTypeOf(field.type), p.stackBytes(kSlotBytes, kSlotBytes, named(field.name)), {}});
    if (field.nullable) {
      slots_[column]->isNull.emplace(p.local<bool>(named(field.name) + ".isNull"));
    }
  }
}

ExpandLowering::Values ExpandLowering::computeAhead(const Row& row) {
  // Whether a row fails must not depend on how far its lists have come; and what several lists put out is computed
  // once.
  Values values(spec_.projections.size());
  for (std::size_t list = 0; list < values.size(); ++list) {
    values[list].resize(slots_.size());
    for (std::size_t column = 0; column < slots_.size(); ++column) {
      const Expression& expression = *spec_.projections[list][column];
      if (slots_[column] && (expression.kind == Expression::Kind::Column || mayFail(expression))) {
        values[list][column] = expressions_.value(expression, row);
      }
    }
  }
  return values;
}

void ExpandLowering::consume(const Row& row) {
  const Values ahead = computeAhead(row);
  // for (list = 0; list < lists; ++list) {
  p.forRange(
      p.constant<std::uint32_t>(0), p.constant(static_cast<std::uint32_t>(spec_.projections.size())),
      [&](Val<std::uint32_t> list) {
        //   switch (list) { case 0: slots = values of list 0; ... }
        storeList(0, list, row, ahead);
        //   the rest of the pipeline, on the slots
        Row expanded(p.trail());
        for (std::size_t column = 0; column < slots_.size(); ++column) {
          if (!slots_[column]) {
            expanded.add(row, spec_.passedColumns[column]);
            continue;
          }
          const Slot& slot = *slots_[column];
          SqlValue value{loadKernelValue(p, slot.type, slot.value, 0, kSlotBytes, named(spec_.output[column].name)),
                         {}};
          if (slot.isNull) {
            value.isNull = slot.isNull->get();
          }
          expanded.add(value);
        }
        emitNext(expanded);
      },
      named("list"));
  // }
}

void ExpandLowering::storeList(std::size_t list, Val<std::uint32_t> wanted, const Row& row, const Values& ahead) {
  const auto storeThis = [&] {
    const Row::Conditional staysHere(p.trail());
    for (std::size_t column = 0; column < slots_.size(); ++column) {
      if (slots_[column]) {
        const std::optional<SqlValue>& computed = ahead[list][column];
        store(*slots_[column], computed ? *computed : expressions_.value(*spec_.projections[list][column], row));
      }
    }
  };
  if (list + 1 == spec_.projections.size()) {
    storeThis();
    return;
  }
  p.ifThenElse(
      p.equal(wanted, static_cast<std::uint32_t>(list)), storeThis, [&] { storeList(list + 1, wanted, row, ahead); },
      named("list"));
}

void ExpandLowering::store(Slot& slot, const SqlValue& value) {
  storeKernelValue(p, slot.value, 0, value.value, kSlotBytes);
  if (slot.isNull) {
    *slot.isNull = value.isNull.value_or(p.constant(false));
  }
}

}  // namespace basalt::codegen
