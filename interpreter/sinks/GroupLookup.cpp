#include "interpreter/sinks/GroupLookup.h"

#include <algorithm>
#include <utility>

#include "interpreter/columns/ValueWidth.h"
#include "interpreter/rows/IntegerKey.h"
#include "interpreter/rows/KeyHashing.h"
#include "interpreter/rows/PhysicalKernels.h"
#include "interpreter/rows/RowPacking.h"

namespace basalt::interpreter {

namespace {

/// Directories of more slots do not stay in the first-level cache.
constexpr std::uint64_t kPrefetchSlots = 4096;
/// Rows whose slots and groups are prefetched together.
constexpr std::uint32_t kPrefetchRows = 128;
/// Of the rows up to the last selected one, at least this part must be selected for a dense loop to pay.
constexpr std::uint32_t kDenseFraction = 3;

}  // namespace

GroupLookup::GroupLookup(const WorkerContext& context, const AggregationSpec& spec, GroupTable* table)
    : spec_(spec), table_(table) {
  for (const AggregateSpec& aggregate : spec.aggregates) loops_.push_back(&aggregateLoops(*aggregate.function));
  if (spec.keyCount() == 0) return;
  const auto makeBuffer = [&](std::size_t bytes) { return Buffer(context.budget, context.batchRows * bytes); };
  positions_ = makeBuffer(sizeof(std::uint32_t));
  hashes_ = makeBuffer(sizeof(std::uint64_t));
  slots_ = makeBuffer(sizeof(std::uint64_t));
  candidates_ = makeBuffer(sizeof(std::uint32_t));
  candidateGroups_ = makeBuffer(sizeof(std::byte*));
  differing_ = makeBuffer(sizeof(std::uint32_t));
  if (table->keyStrides != nullptr) numbers_ = makeBuffer(sizeof(std::uint32_t));
}

std::byte* GroupLookup::single() {
  GroupRow* row = groupTableSingleRow(table_);
  if (row == nullptr) {
    row = groupTableInsert(table_, 0);
    if (row == nullptr) throwExportFailure();
    initialiseStates(reinterpret_cast<std::byte*>(row));  // NOLINT
  }
  return reinterpret_cast<std::byte*>(row);  // NOLINT
}

void GroupLookup::initialiseStates(std::byte* group) const {
  for (std::size_t i = 0; i < loops_.size(); ++i) loops_[i]->initialise(group + spec_.layout.blockOffset(i));
}

std::byte* GroupLookup::insert(std::span<const Vector> keys, std::uint64_t hash, std::uint32_t position) {
  std::byte* const group = table_->keyStrides != nullptr
                               ? reinterpret_cast<std::byte*>(groupTableInsertNumber(table_, hash))  // NOLINT
                               : reinterpret_cast<std::byte*>(groupTableInsert(table_, hash));       // NOLINT
  if (group == nullptr) throwExportFailure();
  initialise(group, keys, position);
  return group;
}

void GroupLookup::initialise(std::byte* group, std::span<const Vector> keys, std::uint32_t position) {
  packRow(keys, position, spec_.layout, group, table_->rows);
  initialiseStates(group);
}

void GroupLookup::find(std::span<const Vector> keys, const RowSelection& rows, std::byte** groups) {
  if (table_->rowsByNumber != nullptr) {
    findPlaces(keys, rows, groups);
  } else if (table_->keyStrides != nullptr) {
    findByNumber(keys, rows, groups);
  } else {
    findByHash(keys, rows, groups);
  }
}

void GroupLookup::numberRows(std::span<const Vector> keys, const RowSelection& rows) {
  // A loop over positions that are not selected, too, has vector instructions; what it makes of their keys is no
  // matter.
  const std::uint32_t extent = rows.extent();
  const RowSelection numbered = rows.count >= extent / kDenseFraction ? RowSelection{nullptr, extent} : rows;
  auto* const numbers = numbers_.as<std::uint32_t>();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    visitIntegerKey(keys[i], [&](auto key) {
      const auto minimum = static_cast<std::uint32_t>(table_->keyStrides[i].minimum);
      const auto stride = static_cast<std::uint32_t>(table_->keyStrides[i].stride);
      if (i == 0) {
        forEachRow(numbered, [=](std::uint32_t, std::uint32_t position) {
          numbers[position] = static_cast<std::uint32_t>(key(position)) - minimum;
        });
      } else {
        forEachRow(numbered, [=](std::uint32_t, std::uint32_t position) {
          numbers[position] += (static_cast<std::uint32_t>(key(position)) - minimum) * stride;
        });
      }
    });
  }
}

void GroupLookup::findByNumber(std::span<const Vector> keys, const RowSelection& rows, std::byte** groups) {
  numberRows(keys, rows);
  const auto* const numbers = numbers_.as<std::uint32_t>();
  if (groupTableIsIndexed(table_) && spec_.combinationCount() >= kPrefetchSlots) {
    forEachRow(rows,
               [&](std::uint32_t, std::uint32_t position) { groupTablePrefetchNumber(table_, numbers[position]); });
    forEachRow(
        rows, [&](std::uint32_t, std::uint32_t position) { groupTablePrefetchNumberedRow(table_, numbers[position]); });
  }
  forEachRow(rows, [&](std::uint32_t, std::uint32_t position) {
    const std::uint64_t number = numbers[position];
    NumberedGroup* group = groupTableKnown(table_, number);
    if (group == nullptr && !groupTableHasPlace(table_, number)) {
      if (!groupTableSeek(table_, number)) throwExportFailure();
      group = groupTableKnown(table_, number);
    }
    groups[position] =
        group != nullptr ? reinterpret_cast<std::byte*>(group) : insert(keys, number, position);  // NOLINT
  });
}

void GroupLookup::findPlaces(std::span<const Vector> keys, const RowSelection& rows, std::byte** groups) {
  numberRows(keys, rows);
  const auto* const numbers = numbers_.as<std::uint32_t>();
  const std::uint64_t rowBytes = spec_.layout.rowBytes();
  if (spec_.combinationCount() >= kPrefetchSlots) {
    forEachRow(rows, [&](std::uint32_t, std::uint32_t position) {
      rowPrefetchToWrite(groupTablePlace(table_, numbers[position], rowBytes), rowBytes);
    });
  }
  forEachRow(rows, [&](std::uint32_t, std::uint32_t position) {
    NumberedGroup* const place = groupTablePlace(table_, numbers[position], rowBytes);
    groups[position] = reinterpret_cast<std::byte*>(place);  // NOLINT
    if (groupIsThere(place)) return;
    groupPut(place, numbers[position]);
    initialise(groups[position], keys, position);
  });
}

void GroupLookup::findByHash(std::span<const Vector> keys, const RowSelection& rows, std::byte** groups) {
  auto* const positions = positions_.as<std::uint32_t>();
  hashKeys(keys, rows, hashes_.as<std::uint64_t>());
  groupTableCountLookups(table_, rows.count);
  forEachRow(rows, [&](std::uint32_t index, std::uint32_t position) { positions[index] = position; });

  const auto* const candidates = candidates_.as<std::uint32_t>();
  auto* const candidateGroups = candidateGroups_.as<std::byte*>();
  const std::uint32_t* seekers = nullptr;
  std::uint32_t seeking = rows.count;
  while (seeking != 0) {
    std::uint32_t count =
        seekers == nullptr ? walkAll(keys, seeking, groups) : walk(keys, seekers, 0, seeking, 0, groups);
    differingCount_ = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) count = keepEqual(keys[i], spec_.layout.column(i), count);
    for (std::uint32_t i = 0; i < count; ++i) groups[positions[candidates[i]]] = candidateGroups[i];
    seekers = differing_.as<std::uint32_t>();
    seeking = differingCount_;
  }
}

void GroupLookup::prefetch(std::uint32_t begin, std::uint32_t end) const {
  const auto* const hashes = hashes_.as<std::uint64_t>();
  for (std::uint32_t i = begin; i < end; ++i) groupTablePrefetchSlot(table_, hashes[i]);
  for (std::uint32_t i = begin; i < end; ++i) groupTablePrefetchRow(table_, hashes[i]);
}

std::uint32_t GroupLookup::walkAll(std::span<const Vector> keys, std::uint32_t count, std::byte** groups) {
  // In blocks whose prefetched lines stay in the first-level cache until they are used.
  std::uint32_t found = 0;
  for (std::uint32_t begin = 0; begin < count; begin += kPrefetchRows) {
    const std::uint32_t end = std::min(begin + kPrefetchRows, count);
    if (table_->mask >= kPrefetchSlots) prefetch(begin, end);
    found = walk(keys, nullptr, begin, end, found, groups);
  }
  return found;
}

std::uint32_t GroupLookup::walk(std::span<const Vector> keys, const std::uint32_t* seekers, std::uint32_t begin,
                                std::uint32_t end, std::uint32_t found, std::byte** groups) {
  const auto* const positions = positions_.as<std::uint32_t>();
  const auto* const hashes = hashes_.as<std::uint64_t>();
  auto* const slots = slots_.as<std::uint64_t>();
  auto* const candidates = candidates_.as<std::uint32_t>();
  auto* const candidateGroups = candidateGroups_.as<std::byte*>();
  // When the directory grew, slots found before mean nothing.
  const bool startsOver = seekers == nullptr || table_->mask != slotMask_;
  if (seekers != nullptr || begin == 0) slotMask_ = table_->mask;
  // Rows of one group often come one behind the other, as lines of an order do.
  std::uint64_t previousHash = 0;
  std::byte* previousGroup = nullptr;
  for (std::uint32_t i = begin; i < end; ++i) {
    const std::uint32_t row = seekers != nullptr ? seekers[i] : i;
    const std::uint64_t hash = hashes[row];
    if (startsOver && hash == previousHash && previousGroup != nullptr) {
      slots[row] = groupTableSlot(table_, hash);
      candidates[found] = row;
      candidateGroups[found++] = previousGroup;
      continue;
    }
    std::uint64_t slot = startsOver || table_->mask != slotMask_ ? groupTableSlot(table_, hash) : slots[row];
    for (;;) {
      const std::uint64_t entry = groupTableEntry(table_, slot);
      if (entry == 0) {
        previousGroup = insert(keys, hash, positions[row]);
        groups[positions[row]] = previousGroup;
        break;
      }
      slot = groupTableNextSlot(table_, slot);
      if (groupEntryMayMatch(entry, hash) && groupEntryRow(entry)->hash == hash) {
        slots[row] = slot;
        candidates[found] = row;
        previousGroup = reinterpret_cast<std::byte*>(groupEntryRow(entry));  // NOLINT
        candidateGroups[found++] = previousGroup;
        break;
      }
    }
    previousHash = hash;
  }
  return found;
}

std::uint32_t GroupLookup::keepEqual(const Vector& key, const RowLayout::Column& column, std::uint32_t count) {
  const auto* const positions = positions_.as<std::uint32_t>();
  auto* const candidates = candidates_.as<std::uint32_t>();
  auto* const groups = candidateGroups_.as<const std::byte*>();
  auto* const differing = differing_.as<std::uint32_t>();
  const std::uint8_t* const nulls = key.nulls();
  const std::uint32_t stride = key.isConstant() ? 0 : 1;
  std::uint32_t kept = 0;
  std::uint32_t differingCount = differingCount_;
  visitPhysicalType(column.type, [&]<typename Kernels>() {
    const auto keepIf = [&](const auto& isEqual) {
      for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t row = candidates[i];
        const std::byte* const group = groups[i];
        const bool equal = isEqual(group, positions[row] * stride);
        candidates[kept] = row;
        groups[kept] = group;
        kept += equal ? 1 : 0;
        differing[differingCount] = row;
        differingCount += equal ? 0 : 1;
      }
    };
    const auto valuesEqual = [&](const std::byte* group, std::uint32_t entry) {
      return Kernels::equal(Kernels::load(key.data(), entry), Kernels::load(group + column.offset));
    };
    if (!column.nullable) {
      keepIf(valuesEqual);
    } else {
      keepIf([&](const std::byte* group, std::uint32_t entry) {
        const bool groupIsNull = group[column.nullOffset] != std::byte{0};
        const bool rowIsNull = nulls != nullptr && nulls[entry] != 0;
        // What lies under a NULL need not be a value.
        return groupIsNull || rowIsNull ? groupIsNull == rowIsNull : valuesEqual(group, entry);
      });
    }
  });
  differingCount_ = differingCount;
  return kept;
}

}  // namespace basalt::interpreter
