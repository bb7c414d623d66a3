#include "runtime/hashtable/JoinTableBuilder.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <utility>

#include "runtime/ExecutionError.h"
#include "runtime/storage/IntegerWidth.h"

namespace basalt {
namespace {

/// A directory has at least this many slots, so that the shift stays below 64.
constexpr std::uint64_t kMinSlots = 16;
constexpr std::uint64_t kAddressMask = (std::uint64_t{1} << 48) - 1;

}  // namespace

JoinTableBuilder::JoinTableBuilder(RowLayout layout, Shape shape, std::size_t workers,
                                   std::shared_ptr<MemoryBudget> budget)
    : layout_(std::move(layout)), shape_(shape), budget_(std::move(budget)), workers_(workers), keyMarks_(workers) {}

RowCollection& JoinTableBuilder::rows(std::size_t worker) {
  auto& rows = workers_[worker];
  if (!rows) rows = std::make_unique<RowCollection>(layout_, budget_);
  return *rows;
}

std::size_t JoinTableBuilder::beginPhase(std::size_t phase) {
  switch (phase) {
    case kMeasureKeys:
      collectParts();
      makeNullRow();
      facts_.isRanked = shape_.firstKeyCanRank;
      if (!knowsKeysWell()) break;
      ranks_.widen(*shape_.firstKeyBounds);
      return 0;
    case kAddKeys:
      facts_.isRanked = facts_.isRanked && (!hasHashes() || ranks_.isDense(table_.rowCount, shape_.probes));
      if (facts_.isRanked) ranks_.prepare(budget_, workers_.size());
      break;
    case kCountMembers:
      return facts_.isRanked ? partsOrRun(phase, ranks_.beginCount()) : 0;
    case kNumberMembers:
      if (facts_.isRanked) beginRanks();
      return facts_.isRanked && (numbersKeys() || facts_.isSparse) ? partsOrRun(phase, ranks_.partCount()) : 0;
    default:
      facts_.isRanked ? finishRanks() : makeHashedDirectory();
      return linksRows() ? parts_.size() : 0;
  }
  return facts_.isRanked ? parts_.size() : 0;
}

std::size_t JoinTableBuilder::partsOrRun(std::size_t phase, std::size_t parts) {
  if (parts > 1) return parts;
  runPart(phase, 0, 0);
  return 0;
}

void JoinTableBuilder::runPart(std::size_t phase, std::size_t part, std::size_t worker) {
  switch (phase) {
    case kMeasureKeys:
      return ranks_.widen(measureKeys(parts_[part]));
    case kAddKeys:
      return addKeys(part, worker);
    case kCountMembers:
      return ranks_.count(part);
    case kNumberMembers:
      return numberMembers(part);
    default:
      return facts_.isRanked ? insertRanked(parts_[part]) : insertHashed(parts_[part]);
  }
}

void JoinTableBuilder::collectParts() {
  for (const auto& worker : workers_) {
    if (worker) table_.rowCount += worker->rowCount();
  }
  const std::uint64_t rowsPerPart =
      std::clamp(table_.rowCount / (kPartsPerWorker * workers_.size()), kLeastRowsPerPart, kMostRowsPerPart);
  for (const auto& worker : workers_) {
    if (!worker) continue;
    for (const RowCollection::Slice& slice : worker->slices(rowsPerPart)) parts_.push_back(slice);
  }
}

bool JoinTableBuilder::knowsKeysWell() const noexcept {
  if (!shape_.firstKeyBounds) return false;
  const std::uint64_t distance = shape_.firstKeyBounds->distance();
  if (distance / kNumbersPerLook < table_.rowCount) return true;
  KeyBounds seen;
  for (const Part& part : parts_) {
    seen.widen(measureKeys({part.rows, 1}));
    seen.widen(measureKeys({part.rows + (part.count - 1) * layout_.rowBytes(), 1}));
  }
  return !seen.isEmpty() && seen.distance() >= distance / 2;
}

void JoinTableBuilder::beginRanks() {
  members_ = ranks_.endCount();
  const std::uint64_t added = addedRows_.load(std::memory_order_relaxed);
  const std::uint64_t repeated = added - members_;
  if (shape_.keys > 1 && repeated / kMaxRowsPerRank >= members_ && repeated != 0) {
    facts_.isRanked = false;
    ranks_.discard();
    return;
  }
  table_.ranked = 1;
  table_.unlinkedRows = table_.rowCount - added;
  table_.scattered = leaps_.load(std::memory_order_relaxed) > added / 2 ? 1 : 0;
  facts_.isUnique = repeated == 0;
  facts_.isSelective = members_ != 0 && members_ < mostSelectiveKeys(ranks_.ranks().range);
  facts_.isNarrow = isNarrow(ranks_.ranks());
  facts_.isSparse = facts_.isSelective && ranks_.beginCoarse();
  if (numbersKeys()) ranks_.beginNumber();
  if (!linksRows()) return;
  directory_ = Buffer(budget_, members_ * sizeof(std::uint64_t));
  table_.directory = directory_.as<std::uint64_t>();
}

void JoinTableBuilder::finishRanks() {
  ranks_.finish();
  table_.ranks = ranks_.ranks();
}

std::uint64_t JoinTableBuilder::mostSelectiveKeys(std::uint64_t range) const noexcept {
  // Where a probe is no more than the test, testing ahead saves branches that are hard to foresee.
  if (!linksRows()) return range - range / kNumbersPerDismissedKey;
  // And where rows have to be fetched from anywhere, it is good to know early from where.
  if (table_.scattered != 0) return range / kNumbersPerScatteredKey;
  return static_cast<std::uint64_t>(static_cast<double>(range) / kNumbersPerSelectiveKey);
}

void JoinTableBuilder::numberMembers(std::size_t part) {
  const auto [first, count] = ranks_.number(part);
  // An entry is written by its one row, or else rows are chained, beginning with none.
  if (linksRows() && !facts_.isUnique) std::fill_n(directory_.as<std::uint64_t>() + first, count, 0);
}

void JoinTableBuilder::makeHashedDirectory() {
  // Between one and two slots a row keeps chains short.
  const std::uint64_t rowsToSpread = shape_.keys != 0 ? table_.rowCount : 0;
  const std::uint64_t slots = std::bit_ceil(std::max(rowsToSpread + rowsToSpread / 4, kMinSlots));
  directory_ = Buffer::zeroed(budget_, slots * sizeof(std::uint64_t));
  table_.directory = directory_.as<std::uint64_t>();
  table_.shift = 64 - static_cast<std::uint64_t>(std::countr_zero(slots));
}

void JoinTableBuilder::makeNullRow() {
  nullRow_ = Buffer::zeroed(budget_, layout_.rowBytes());
  for (std::size_t column = 0; column < layout_.columnCount(); ++column) {
    if (layout_.column(column).nullable) nullRow_.data()[layout_.column(column).nullOffset] = std::byte{1};
  }
  table_.nullRow = nullRow_.as<const JoinRow>();
}

template <typename Visit, typename VisitUnlinked>
std::uint64_t JoinTableBuilder::forEachLinked(const Part& part, Visit visit, VisitUnlinked visitUnlinked) const {
  std::byte* bytes = part.rows;
  std::uint64_t unlinked = 0;
  for (std::uint64_t index = 0; index < part.count; ++index, bytes += layout_.rowBytes()) {
    auto* const row = reinterpret_cast<JoinRow*>(bytes);  // NOLINT
    if (shape_.header == JoinRowHeader::Tracked &&
        reinterpret_cast<const TrackedJoinRow*>(row)->isUnlinked != 0) {  // NOLINT
      ++unlinked;
      visitUnlinked(row);
    } else {
      visit(row);
    }
  }
  return unlinked;
}

template <typename Visit, typename VisitUnlinked>
std::uint64_t JoinTableBuilder::forEachKey(const Part& part, Visit visit, VisitUnlinked visitUnlinked) const {
  return withIntegerOfWidth(static_cast<std::uint8_t>(byteSize(layout_.column(0).type)), [&]<typename Key>(Key) {
    const auto visitLinked = [visit, offset = layout_.column(0).offset](JoinRow* row) {
      Key key;
      std::memcpy(&key, reinterpret_cast<const std::byte*>(row) + offset, sizeof(key));  // NOLINT
      visit(row, static_cast<std::int64_t>(key));
    };
    return forEachLinked(part, visitLinked, visitUnlinked);
  });
}

KeyBounds JoinTableBuilder::measureKeys(const Part& part) const {
  KeyBounds bounds;
  forEachKey(part, [&](const JoinRow*, std::int64_t key) { bounds.widen(key); });
  return bounds;
}

void JoinTableBuilder::addKeys(std::size_t part, std::size_t worker) {
  KeyRanksBuilder::Adder adder = ranks_.adder(worker, part);
  const std::uint64_t near = (ranks_.ranks().range / table_.rowCount + 1) * kRowsPerLeap;
  std::uint64_t leaps = 0;
  std::int64_t previous = 0;
  const std::uint64_t unlinked = forEachKey(parts_[part], [&](const JoinRow*, std::int64_t key) {
    adder.add(key);
    // Whether -near <= key - previous <= near, in one comparison.
    const std::uint64_t step = static_cast<std::uint64_t>(key) - static_cast<std::uint64_t>(previous);
    leaps += step + near > 2 * near ? 1 : 0;
    previous = key;
  });
  addedRows_.fetch_add(parts_[part].count - unlinked, std::memory_order_relaxed);
  leaps_.fetch_add(leaps, std::memory_order_relaxed);
}

void JoinTableBuilder::insertRanked(const Part& part) {
  auto* const directory = directory_.as<std::uint64_t>();
  const KeyRanks ranks = table_.ranks;
  const auto entryOf = [&](std::int64_t key) -> std::uint64_t& { return directory[keyRank(ranks, key)]; };
  if (facts_.isUnique) {
    forEachKey(part, [&](JoinRow* row, std::int64_t key) {
      entryOf(key) = reinterpret_cast<std::uint64_t>(row);  // NOLINT
    });
    return;
  }
  forEachKey(part, [&](JoinRow* row, std::int64_t key) {
    std::uint64_t& entry = entryOf(key);
    const auto address = reinterpret_cast<std::uint64_t>(row);  // NOLINT
    // A locked instruction for each row takes longer than all the rest.
    const std::uint64_t next =
        ranks_.mayBeShared(key) ? std::atomic_ref(entry).exchange(address) : std::exchange(entry, address);
    if (next != 0) row->next = reinterpret_cast<const JoinRow*>(next);  // NOLINT
  });
}

void JoinTableBuilder::insertHashed(const Part& part) {
  auto* const directory = directory_.as<std::uint64_t>();
  const std::uint64_t unlinked = forEachLinked(part, [&](JoinRow* row) {
    const std::uint64_t hash = reinterpret_cast<const HashedJoinRow*>(row)->hash;  // NOLINT
    std::atomic_ref<std::uint64_t> slot(directory[hash >> table_.shift]);
    std::uint64_t old = slot.load(std::memory_order_relaxed);
    std::uint64_t fresh = 0;
    do {
      const std::uint64_t next = old & kAddressMask;
      if (next != 0) row->next = reinterpret_cast<const JoinRow*>(next);                        // NOLINT
      fresh = reinterpret_cast<std::uint64_t>(row) | (old & ~kAddressMask) | joinTagBit(hash);  // NOLINT
    } while (!slot.compare_exchange_weak(old, fresh, std::memory_order_release, std::memory_order_relaxed));
  });
  if (unlinked != 0) {
    std::atomic_ref<std::uint64_t>(table_.unlinkedRows).fetch_add(unlinked, std::memory_order_relaxed);
  }
}

std::uint8_t* JoinTableBuilder::keyMarks(std::size_t worker) {
  if (!marksKeys()) return nullptr;
  Buffer& marks = keyMarks_[worker];
  // And one for what is no member.
  if (marks.size() == 0) marks = Buffer::zeroed(budget_, members_ + 1);
  return marks.as<std::uint8_t>();
}

RowAddresses JoinTableBuilder::collectRows(std::size_t part, bool areMatched) const {
  RowAddresses rows{RowAddresses::allocator_type(budget_)};
  const auto collectIf = [&](const JoinRow* row, bool isMatched) {
    if (isMatched == areMatched) rows.push_back(reinterpret_cast<std::byte*>(const_cast<JoinRow*>(row)));  // NOLINT
  };
  const auto collectUnlinked = [&](const JoinRow* row) { collectIf(row, false); };
  if (!marksKeys()) {
    forEachLinked(
        parts_[part],
        [&](const JoinRow* row) {
          collectIf(row, reinterpret_cast<const TrackedJoinRow*>(row)->isMatched != 0);  // NOLINT
        },
        collectUnlinked);
    return rows;
  }
  std::vector<const std::uint8_t*> marks;
  for (const Buffer& each : keyMarks_) {
    if (each.size() != 0) marks.push_back(each.as<const std::uint8_t>());
  }
  forEachKey(
      parts_[part],
      [&](const JoinRow* row, std::int64_t key) {
        const std::uint64_t rank = keyPlace(table_.ranks, key).rank;
        collectIf(row, std::ranges::any_of(marks, [rank](const std::uint8_t* marked) { return marked[rank] != 0; }));
      },
      collectUnlinked);
  return rows;
}

}  // namespace basalt
