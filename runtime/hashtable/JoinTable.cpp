#include "runtime/hashtable/JoinTable.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

#include "runtime/ExecutionError.h"

namespace basalt {
namespace {

/// A directory has at least this many slots, so that the shift stays below 64.
constexpr std::uint64_t kMinSlots = 16;
constexpr std::uint64_t kAddressMask = (std::uint64_t{1} << 48) - 1;

}  // namespace

JoinTableBuilder::JoinTableBuilder(RowLayout layout, Shape shape, std::size_t workers,
                                   std::shared_ptr<MemoryBudget> budget)
    : layout_(std::move(layout)), shape_(shape), budget_(std::move(budget)), workers_(workers) {}

RowCollection& JoinTableBuilder::rows(std::size_t worker) {
  auto& rows = workers_[worker];
  if (!rows) rows = std::make_unique<RowCollection>(layout_, budget_);
  return *rows;
}

void JoinTableBuilder::prepare() {
  for (auto& worker : workers_) {
    if (!worker) continue;
    for (const RowCollection::Page& page : worker->pages()) {
      if (page.rowCount == 0) continue;
      parts_.push_back({page.memory.data(), page.rowCount});
      table_.rowCount += page.rowCount;
    }
  }
  // Between one and two slots a row keeps chains short.
  const std::uint64_t rowsToSpread = shape_.hasKeys ? table_.rowCount : 0;
  const std::uint64_t slots = std::bit_ceil(std::max(rowsToSpread + rowsToSpread / 4, kMinSlots));
  directory_ = Buffer(budget_, slots * sizeof(std::uint64_t));
  std::memset(directory_.data(), 0, slots * sizeof(std::uint64_t));
  table_.directory = directory_.as<std::uint64_t>();
  table_.shift = 64 - static_cast<std::uint64_t>(std::countr_zero(slots));
  makeNullRow();
}

void JoinTableBuilder::makeNullRow() {
  nullRow_ = Buffer(budget_, layout_.rowBytes());
  std::memset(nullRow_.data(), 0, layout_.rowBytes());
  for (std::size_t column = 0; column < layout_.columnCount(); ++column) {
    if (layout_.column(column).nullable) nullRow_.data()[layout_.column(column).nullOffset] = std::byte{1};
  }
  table_.nullRow = nullRow_.as<const JoinRow>();
}

void JoinTableBuilder::insertPart(std::size_t part) {
  std::byte* bytes = parts_[part].rows;
  auto* directory = directory_.as<std::uint64_t>();
  std::uint64_t unlinked = 0;
  for (std::uint64_t index = 0; index < parts_[part].count; ++index, bytes += layout_.rowBytes()) {
    auto* row = reinterpret_cast<JoinRow*>(bytes);                                               // NOLINT
    if (shape_.tracksRows && reinterpret_cast<const TrackedJoinRow*>(bytes)->isUnlinked != 0) {  // NOLINT
      ++unlinked;
      continue;
    }
    std::atomic_ref<std::uint64_t> slot(directory[row->hash >> table_.shift]);
    std::uint64_t old = slot.load(std::memory_order_relaxed);
    std::uint64_t fresh = 0;
    do {
      row->next = reinterpret_cast<const JoinRow*>(old & kAddressMask);                              // NOLINT
      fresh = reinterpret_cast<std::uint64_t>(row) | (old & ~kAddressMask) | joinTagBit(row->hash);  // NOLINT
    } while (!slot.compare_exchange_weak(old, fresh, std::memory_order_release, std::memory_order_relaxed));
  }
  if (unlinked != 0) {
    std::atomic_ref<std::uint64_t>(table_.unlinkedRows).fetch_add(unlinked, std::memory_order_relaxed);
  }
}

RowAddresses JoinTableBuilder::collectRows(bool isMatched, const std::uint32_t* interrupt) const {
  RowAddresses rows{RowAddresses::allocator_type(budget_)};
  for (const Part& part : parts_) {
    if (__atomic_load_n(interrupt, __ATOMIC_RELAXED) != 0) {
      throw ExecutionError(ErrorCode::Cancelled, "query", "the query was cancelled");
    }
    std::byte* bytes = part.rows;
    for (std::uint64_t index = 0; index < part.count; ++index, bytes += layout_.rowBytes()) {
      if ((reinterpret_cast<const TrackedJoinRow*>(bytes)->isMatched != 0) == isMatched)
        rows.push_back(bytes);  // NOLINT
    }
  }
  return rows;
}

}  // namespace basalt
