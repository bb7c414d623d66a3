#include "runtime/hashtable/JoinTable.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

namespace basalt {
namespace {

/// A directory has at least this many slots, so that the shift stays below 64.
constexpr std::uint64_t kMinSlots = 16;
constexpr std::uint64_t kAddressMask = (std::uint64_t{1} << 48) - 1;

}  // namespace

JoinTableBuilder::JoinTableBuilder(RowLayout layout, std::size_t workers, std::shared_ptr<MemoryBudget> budget)
    : layout_(std::move(layout)), budget_(std::move(budget)), workers_(workers) {}

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
      rowCount_ += page.rowCount;
    }
  }
  // Between one and two slots a row keeps chains short.
  const std::uint64_t slots = std::bit_ceil(std::max(rowCount_ + rowCount_ / 4, kMinSlots));
  directory_ = Buffer(budget_, slots * sizeof(std::uint64_t));
  std::memset(directory_.data(), 0, slots * sizeof(std::uint64_t));
  table_.directory = directory_.as<std::uint64_t>();
  table_.shift = 64 - static_cast<std::uint64_t>(std::countr_zero(slots));
}

void JoinTableBuilder::insertPart(std::size_t part) {
  std::byte* bytes = parts_[part].rows;
  auto* directory = directory_.as<std::uint64_t>();
  for (std::uint64_t index = 0; index < parts_[part].count; ++index, bytes += layout_.rowBytes()) {
    auto* row = reinterpret_cast<JoinRow*>(bytes);  // NOLINT
    std::atomic_ref<std::uint64_t> slot(directory[row->hash >> table_.shift]);
    std::uint64_t old = slot.load(std::memory_order_relaxed);
    std::uint64_t fresh = 0;
    do {
      row->next = reinterpret_cast<const JoinRow*>(old & kAddressMask);                              // NOLINT
      fresh = reinterpret_cast<std::uint64_t>(row) | (old & ~kAddressMask) | joinTagBit(row->hash);  // NOLINT
    } while (!slot.compare_exchange_weak(old, fresh, std::memory_order_release, std::memory_order_relaxed));
  }
}

}  // namespace basalt
