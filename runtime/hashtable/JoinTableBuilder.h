#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/hashtable/JoinFacts.h"
#include "runtime/hashtable/JoinTable.h"
#include "runtime/hashtable/KeyRanks.h"
#include "runtime/memory/Buffer.h"
#include "runtime/rows/RowAddresses.h"
#include "runtime/rows/RowCollection.h"

namespace basalt {

/// Collects build rows from several workers, then makes the table in phases: each is begun once, then its parts run, on
/// any number of threads. Rows lie on the workers' pages and stay where they are.
class JoinTableBuilder {
 public:
  /// What the rows are, and how they are looked for.
  struct Shape {
    /// At least Hashed, unless the table is ranked whatever the rows.
    JoinRowHeader header = JoinRowHeader::Hashed;
    /// Without keys all rows form one chain.
    std::size_t keys = 1;
    /// The first key is an integer of at most 8 bytes and never NULL in a linked row.
    bool firstKeyCanRank = false;
    /// Where keys have ranks, rows are found by them; else nobody asks for a row then, only whether a key is there, the
    /// one key that rows have.
    bool linksRanked = true;
    /// Where keys have ranks, matches are marked by joinTableMarkKey(), else by joinRowMark().
    bool marksKeys = false;
    /// How many rows are expected to probe: more of them repay a larger bitmap of keys.
    double probes = 0;
    /// Between which integers the first key lies, if anyone knows.
    std::optional<KeyBounds> firstKeyBounds;
  };
  static constexpr std::size_t kPhases = 5;

  JoinTableBuilder(RowLayout layout, Shape shape, std::size_t workers, std::shared_ptr<MemoryBudget> budget);

  /// The rows of one worker. What there is of their header has the hash set and no next row, since most rows need no
  /// link, and then are not written to again. Made on first use, by that worker.
  RowCollection& rows(std::size_t worker);
  /// Returns the phase's number of parts, maybe 0. Throws ExecutionError(OutOfMemory).
  std::size_t beginPhase(std::size_t phase);
  /// `worker`: below the number of them; no other thread has the same at the time.
  void runPart(std::size_t phase, std::size_t part, std::size_t worker);

  /// Where a worker notes by rank which keys its probe rows have, in a ranked table where a key alone decides a match
  /// and all that counts is which rows have one (Shape::marksKeys); else null pointer. Each worker has marks of its
  /// own, for one that sets a byte would take the cache line from the others. Made on first use, by that worker. Throws
  /// ExecutionError(OutOfMemory).
  std::uint8_t* keyMarks(std::size_t worker);

  const JoinTable* table() const noexcept { return &table_; }
  /// Known after the last phase.
  JoinFacts facts() const noexcept { return facts_; }
  /// All rows in pieces for several threads, after the first phase began.
  std::size_t partCount() const noexcept { return parts_.size(); }
  /// Of a part's rows, with a TrackedJoinRow header, those that are matched, or those that are not, once nobody marks
  /// any more. Throws ExecutionError(OutOfMemory).
  RowAddresses collectRows(std::size_t part, bool areMatched) const;
  const RowLayout& layout() const noexcept { return layout_; }

 private:
  using Part = RowCollection::Slice;
  /// So many for each worker, of so many rows at least and at most: a worker alone with the last one waits for it.
  static constexpr std::uint64_t kPartsPerWorker = 8;
  static constexpr std::uint64_t kLeastRowsPerPart = 2048;
  static constexpr std::uint64_t kMostRowsPerPart = 8192;
  /// Keys are often but a fraction of the numbers between them to begin with: TPC-H's orders have a fourth.
  static constexpr double kNumbersPerSelectiveKey = 4.5;
  static constexpr std::uint64_t kNumbersPerScatteredKey = 2;
  /// One in so many numbers has to be missing for a test alone.
  static constexpr std::uint64_t kNumbersPerDismissedKey = 8;
  /// More rows than this with one first key are told apart by a hash of all keys.
  static constexpr std::uint64_t kMaxRowsPerRank = 8;
  /// Up to so many numbers between the bounds for each row, a bitmap of all of them takes less time than a look at all
  /// rows for closer bounds would.
  static constexpr std::uint64_t kNumbersPerLook = 64;
  /// A row leaps when its key lies further from that of the row before it than so many rows would be apart on average.
  static constexpr std::uint64_t kRowsPerLeap = 16;

  enum Phase : std::uint8_t { kMeasureKeys, kAddKeys, kCountMembers, kNumberMembers, kLinkRows };

  void collectParts();
  /// Whether a look at all rows would hardly find closer bounds than those known: few rows, some of each part, lie
  /// about as far apart. Or would take longer than closer bounds could spare.
  bool knowsKeysWell() const noexcept;
  bool hasHashes() const noexcept { return shape_.header >= JoinRowHeader::Hashed; }
  bool marksKeys() const noexcept { return shape_.marksKeys && table_.isRanked(); }
  /// Whether rows are put into chains at all.
  bool linksRows() const noexcept { return shape_.linksRanked || !facts_.isRanked; }
  /// Whether anybody asks for the rank of a key.
  bool numbersKeys() const noexcept { return linksRows() || marksKeys(); }
  /// A single part is not worth a step of its own: runs it, and leaves none.
  std::size_t partsOrRun(std::size_t phase, std::size_t parts);
  void makeNullRow();
  /// So many keys in a range, or more, are not selective.
  std::uint64_t mostSelectiveKeys(std::uint64_t range) const noexcept;
  void beginRanks();
  void finishRanks();
  void makeHashedDirectory();
  KeyBounds measureKeys(const Part& part) const;
  void addKeys(std::size_t part, std::size_t worker);
  void numberMembers(std::size_t part);
  void insertHashed(const Part& part);
  void insertRanked(const Part& part);
  /// Calls visit(row) for the rows that are in a chain, visitUnlinked(row) for the others; returns how many these are.
  template <typename Visit, typename VisitUnlinked>
  std::uint64_t forEachLinked(const Part& part, Visit visit, VisitUnlinked visitUnlinked) const;
  template <typename Visit>
  std::uint64_t forEachLinked(const Part& part, Visit visit) const {
    return forEachLinked(part, visit, [](const JoinRow*) {});
  }
  /// The same with visit(row, key): its first key.
  template <typename Visit, typename VisitUnlinked>
  std::uint64_t forEachKey(const Part& part, Visit visit, VisitUnlinked visitUnlinked) const;
  template <typename Visit>
  std::uint64_t forEachKey(const Part& part, Visit visit) const {
    return forEachKey(part, visit, [](const JoinRow*) {});
  }

  RowLayout layout_;
  Shape shape_;
  std::shared_ptr<MemoryBudget> budget_;
  std::vector<std::unique_ptr<RowCollection>> workers_;
  std::vector<Part> parts_;
  /// Each part is a set.
  KeyRanksBuilder ranks_;
  /// Rows whose first key was added to `ranks_`.
  std::atomic<std::uint64_t> addedRows_{0};
  /// Those of them that leap.
  std::atomic<std::uint64_t> leaps_{0};
  /// Of a ranked table: different first keys.
  std::uint64_t members_ = 0;
  Buffer directory_;
  /// By worker.
  std::vector<Buffer> keyMarks_;
  Buffer nullRow_;
  JoinTable table_{};
  JoinFacts facts_;
};

}  // namespace basalt
