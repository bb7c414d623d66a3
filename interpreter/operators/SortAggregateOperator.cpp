#include "interpreter/operators/SortAggregateOperator.h"

#include <algorithm>
#include <span>
#include <utility>

#include "interpreter/RowError.h"
#include "interpreter/rows/PhysicalKernels.h"
#include "interpreter/rows/RowPacking.h"

namespace basalt::interpreter {

namespace {

/// The keys, then the arguments of those aggregates that have one.
std::vector<ExpressionPointer> expressionsOf(const AggregationSpec& spec) {
  std::vector<ExpressionPointer> expressions = spec.inputs.front().keys;
  for (const AggregateSpec& aggregate : spec.aggregates) {
    if (aggregate.argument) expressions.push_back(aggregate.argument);
  }
  return expressions;
}

}  // namespace

SortAggregateOperator::SortAggregateOperator(const WorkerContext& context, const AggregationSpec& spec,
                                             const std::vector<std::uint32_t>& sites, SortedGroup* group,
                                             std::unique_ptr<PhysicalOperator> input)
    : PhysicalOperator(spec.label(), spec.output),
      context_(context),
      spec_(spec),
      sites_(sites),
      group_(group),
      state_(static_cast<SortedGroupState&>(*group->owner)),
      expressions_(context, label(), expressionsOf(spec)),
      reading_(context, spec, sites),
      keys_(spec.keyCount()),
      arguments_(spec.aggregates.size()),
      differs_(BudgetAllocator<std::uint8_t>(context.budget)),
      begun_(context.budget, std::size_t{context.batchRows} * spec.layout.rowBytes()),
      groups_(BudgetAllocator<std::byte*>(context.budget)),
      beginnings_(BudgetAllocator<std::uint32_t>(context.budget)),
      groupOf_(context.budget, context.batchRows * sizeof(std::byte*)) {
  for (const AggregateSpec& aggregate : spec.aggregates) loops_.push_back(&aggregateLoops(*aggregate.function));
  addChild(std::move(input));
}

void SortAggregateOperator::doReset() {
  expressions_.forgetPending();
  reading_.forgetPending();
  pending_ = {};
}

void SortAggregateOperator::throwPending() {
  // In the order of rows: a group that is put out, then the row behind it, then what could not be evaluated further on.
  reading_.throwPending();
  if (pending_.code != ErrorCode::None) {
    throw RowError(pending_.code, sites_[pending_.aggregate], label(), spec_.aggregates[pending_.aggregate].text);
  }
  expressions_.throwPending();
}

const Batch* SortAggregateOperator::doNextBatch() {
  for (;;) {
    throwPending();
    state_.forgetOthers();
    const Batch* const input = child().nextBatch();
    if (input == nullptr) return nullptr;
    RowSelection rows;
    evaluate(*input, rows);
    if (rows.count == 0) continue;
    findBeginnings(rows);
    beginGroups(rows);
    const std::uint32_t finished = update(rows);
    const Batch* const result = finished == 0 ? nullptr : &reading_.read(groups_.data(), finished);
    // After a failure the state means nothing.
    if (pending_.code == ErrorCode::None && !reading_.hasPending()) {
      if (groups_.back() != group_->row) {
        state_.carryOver(groups_.back());
      } else {
        state_.compact();
      }
    }
    if (result != nullptr && result->rowCount != 0) return result;
  }
}

void SortAggregateOperator::evaluate(const Batch& input, RowSelection& rows) {
  expressions_.begin(input);
  rows = RowSelection::of(input);
  std::size_t root = 0;
  for (Vector& key : keys_) {
    if (rows.count != 0) key = expressions_.value(root++, rows);
  }
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    if (spec_.aggregates[i].argument && rows.count != 0) arguments_[i] = expressions_.value(root++, rows);
  }
}

void SortAggregateOperator::findBeginnings(const RowSelection& rows) {
  differs_.assign(rows.count, 0);
  if (group_->isOpen == 0) differs_[0] = 1;
  for (std::size_t i = 0; i < keys_.size(); ++i) compareWithPrevious(keys_[i], spec_.layout.column(i), rows);
}

void SortAggregateOperator::compareWithPrevious(const Vector& key, const RowLayout::Column& column,
                                                const RowSelection& rows) {
  const std::uint8_t* const nulls = key.nulls();
  const std::uint32_t stride = key.isConstant() ? 0 : 1;
  visitPhysicalType(column.type, [&]<typename Kernels>() {
    const auto isNull = [=](std::uint32_t entry) { return nulls != nullptr && nulls[entry] != 0; };
    const auto value = [&](std::uint32_t entry) { return Kernels::load(key.data(), entry); };
    if (group_->isOpen != 0) {
      const std::uint32_t entry = rows.position(0) * stride;
      const bool groupIsNull = column.nullable && group_->row[column.nullOffset] != std::byte{0};
      const bool isEqual = groupIsNull || isNull(entry)
                               ? groupIsNull == isNull(entry)
                               : Kernels::equal(value(entry), Kernels::load(group_->row + column.offset));
      differs_[0] |= isEqual ? 0 : 1;
    }
    if (stride == 0) return;
    for (std::uint32_t i = 1; i < rows.count; ++i) {
      const std::uint32_t before = rows.position(i - 1);
      const std::uint32_t entry = rows.position(i);
      // What lies under a NULL need not be a value.
      const bool isEqual = isNull(before) || isNull(entry) ? isNull(before) == isNull(entry)
                                                           : Kernels::equal(value(before), value(entry));
      differs_[i] |= isEqual ? 0 : 1;
    }
  });
}

void SortAggregateOperator::beginGroups(const RowSelection& rows) {
  groups_.clear();
  beginnings_.clear();
  if (group_->isOpen != 0) groups_.push_back(group_->row);
  const std::size_t known = groups_.size();
  auto** const groupOf = groupOf_.as<std::byte*>();
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    if (differs_[i] != 0) {
      groups_.push_back(begun_.data() + beginnings_.size() * spec_.layout.rowBytes());
      beginnings_.push_back(rows.position(i));
    }
    groupOf[rows.position(i)] = groups_.back();
  }
  const RowSelection first{beginnings_.data(), static_cast<std::uint32_t>(beginnings_.size())};
  if (first.count == 0) return;
  std::byte* const* const begun = groups_.data() + known;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    packColumn(keys_[i], first, spec_.layout.column(i), begun, group_->keys);
  }
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    for (std::uint32_t each = 0; each < first.count; ++each) {
      loops_[i]->initialise(begun[each] + spec_.layout.blockOffset(i));
    }
  }
}

std::uint32_t SortAggregateOperator::update(const RowSelection& rows) {
  auto** const groupOf = groupOf_.as<std::byte*>();
  RowSelection remaining = rows;
  std::uint32_t failed = UINT32_MAX;
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    const bool hasArgument = spec_.aggregates[i].argument != nullptr;
    ErrorCode error = ErrorCode::None;
    std::uint32_t errorRow = 0;
    loops_[i]->update({.arguments = std::span(&arguments_[i], hasArgument ? 1 : 0),
                       .rows = groupOf,
                       .stateOffset = spec_.layout.blockOffset(i),
                       .selection = remaining.positions,
                       .rowCount = remaining.count,
                       .error = &error,
                       .errorRow = &errorRow,
                       .arena = group_->strings});
    if (error == ErrorCode::None) continue;
    // A further aggregate may fail in an earlier row.
    pending_ = {error, i};
    failed = errorRow;
    std::uint32_t before = 0;
    while (remaining.position(before) < errorRow) ++before;
    remaining.count = before;
    if (before == 0) break;
  }
  // The row that failed has ended the group before its own.
  const std::byte* const last = failed == UINT32_MAX ? groups_.back() : groupOf[failed];
  return static_cast<std::uint32_t>(std::ranges::find(groups_, last) - groups_.begin());
}

}  // namespace basalt::interpreter
