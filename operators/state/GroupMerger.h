#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "operators/expression/AggregateLoop.h"
#include "operators/spec/OperatorSpec.h"
#include "operators/state/KeyRuns.h"
#include "runtime/hashtable/GroupTable.h"
#include "runtime/rows/RowEquality.h"
#include "runtime/rows/RowSegment.h"

namespace basalt {

/// Unites the groups of several workers. Each worker aggregates into its own LocalGroups; when no group can occur
/// twice, their rows are the result. Otherwise row addresses are scattered by hash into partitions, and the partitions
/// are merged independently, each into the first row of every group. Rows stay where they are. (Leis et al.,
/// "Morsel-Driven Parallelism", SIGMOD 2014, section 4.4.) Those that are left are put out in the order in which they
/// lie in memory, so that who reads them reads it in order, and finds together what came together. Groups with numbers
/// are partitioned by these, and where several workers have met some of a block, walked in their arrays side by side;
/// where all lie in runs that overlap nowhere but at their ends, only these ends are looked at. Such runs are looked
/// for where groups have a single integer for a key and no numbers, too: a table that is clustered by it leaves few.
/// Groups that lie by number are merged into the first worker's array.
class GroupMerger {
 public:
  GroupMerger(const AggregationSpec& spec, std::size_t workers, std::shared_ptr<MemoryBudget> budget);

  /// One worker's groups, made on first use by that worker.
  LocalGroups& groups(std::size_t worker);

  /// First phase; returns its number of parts.
  std::size_t beginFindRuns();
  void findRuns(std::size_t part);
  /// Second phase; returns its number of parts.
  std::size_t beginScatter();
  void scatter(std::size_t part);
  /// Third phase; returns its number of parts.
  std::size_t beginMerge();
  void merge(std::size_t partition);
  /// Fourth phase; returns its number of parts.
  std::size_t beginCollect();
  void collect(std::size_t part);

  /// The rows of all groups, after the phases.
  std::vector<RowSegment> groups() const { return merged_; }

 private:
  /// Partitions of about so many rows, small enough for several workers to share them and for a cache to hold one; and
  /// how many at most, for each is written to at once.
  static constexpr std::uint64_t kRowsPerPartition = 2048;
  static constexpr std::uint64_t kMaxPartitions = 64;
  /// Rows that one scatter part takes on.
  static constexpr std::uint64_t kRowsPerPart = 20'000;

  /// A row with its hash beside it, so that merging looks at the row itself only where hashes meet.
  struct ScatteredRow {
    std::uint64_t hash;
    std::byte* row;
  };
  using ScatteredRows = BudgetedVector<ScatteredRow>;
  struct ScatterPart {
    explicit ScatterPart(const RowCollection::Slice& slice) : rows(slice) {}

    RowCollection::Slice rows;
    /// All rows by their key, if that takes few.
    std::vector<KeyRun> runs;
    /// Partition by partition; empty for groups with numbers.
    ScatteredRows scattered;
    /// Where each partition ends in there.
    std::vector<std::size_t> ends;

    std::span<const ScatteredRow> partition(std::size_t index) const {
      const std::size_t begin = index == 0 ? 0 : ends[index - 1];
      return std::span(scattered).subspan(begin, ends[index] - begin);
    }
    /// Per row: 1 when it has been merged into another one. Made, and then pointed to, when the first one is.
    BudgetedVector<std::uint8_t> isMerged;
    std::atomic<std::uint8_t*> marks{nullptr};
  };
  /// A row that has come upon another one in the table of its partition, which may be of the same group.
  struct Meeting {
    ScatteredRow scattered;
    ScatterPart* part;
    std::uint64_t slot;
  };
  static constexpr std::size_t kMeetings = 64;
  /// Merges the states of rows, some pairs at a time: one call for many.
  class StateMerges {
   public:
    StateMerges(const GroupMerger& merger, StringArena& strings) : merger_(merger), strings_(strings) {}

    /// Notes a pair if `isOne`, without a branch. Throws what run() does.
    void add(std::byte* target, const std::byte* source, bool isOne = true) {
      targets_[count_] = target;
      sources_[count_] = source;
      count_ += isOne ? 1 : 0;
      if (count_ == kPairs) [[unlikely]]
        run();
    }
    /// Merges the pairs noted. Throws ExecutionError.
    void run();

   private:
    static constexpr std::uint32_t kPairs = 128;

    const GroupMerger& merger_;
    StringArena& strings_;
    std::uint32_t count_ = 0;
    // Written before they are read.
    std::array<std::byte*, kPairs> targets_;
    std::array<const std::byte*, kPairs> sources_;
  };

  static std::size_t partitionsFor(std::uint64_t rows) noexcept;
  RowAddresses noAddresses() const { return RowAddresses(RowAddresses::allocator_type(budget_)); }
  bool hasNumbers() const { return !spec_.keyIntervals.empty(); }
  /// Whether groups have no numbers, but a key that gives them an order.
  bool hasOrderedKey() const;
  void makeParts();
  void makeSegments(std::size_t count);
  /// Unite groups that lie in runs; false, with nothing done, where that takes more than to look at the ends of runs.
  bool uniteRunsByNumber();
  bool uniteRunsByKey();
  /// Of runs in order.
  void uniteEnds(std::span<KeyRun> runs);
  void mergePlaces(std::size_t partition);
  void mergeNumbers(std::size_t partition);
  void mergeBlock(std::uint64_t block, StateMerges& merges);
  /// Adds one worker's groups to those of others with the same numbers, or merges them into these.
  void unite(std::span<NumberedGroup*> united, std::span<NumberedGroup* const> rows, StateMerges& merges);
  void mergeHashes(std::size_t partition);
  /// Of a row that has been merged into another one.
  void markMerged(ScatterPart& part, const std::byte* row);
  std::uint8_t* makeMarks(ScatterPart& part);
  /// Of a row of groups with numbers.
  std::size_t partOf(const std::byte* row) const;
  void insertGroup(const std::vector<Value>& keys);

  /// An aggregate's state, and what merges it.
  struct StateMerge {
    std::uint32_t offset;
    decltype(AggregateLoops::mergeRows) mergeRows;
  };

  const AggregationSpec& spec_;
  std::shared_ptr<MemoryBudget> budget_;
  RowEquality keysEqual_;
  /// By aggregate.
  std::vector<StateMerge> stateMerges_;
  std::vector<std::unique_ptr<LocalGroups>> workers_;
  /// Those that have groups, once there is something to merge; and those of them that have no array yet and need one.
  std::vector<LocalGroups*> filled_;
  std::vector<LocalGroups*> unindexed_;
  std::size_t partitions_ = 1;
  /// With numbers in order of addresses, else of workers.
  std::deque<ScatterPart> scatterParts_;
  /// Held while a part's marks are made.
  std::mutex marksMutex_;
  std::vector<RowSegment> merged_;
  /// By segment: the addresses of its rows, where these do not lie together.
  std::vector<RowAddresses> addresses_;
  /// Per partition: the strings that merged states have taken over.
  std::vector<std::unique_ptr<StringArena>> strings_;
};

}  // namespace basalt
