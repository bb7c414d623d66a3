#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <variant>
#include <vector>

#include "codegen/lowering/ExpressionLowering.h"
#include "operators/spec/StoredComparison.h"

namespace basalt::codegen {

/// Tests conditions of a scan's filter for a whole block of rows, before the loop over its rows. The cheap ones in a
/// loop without branches that writes one byte per row, which LLVM turns into vector code; the bytes become positions.
/// The others for these positions, of which those that pass are kept. The row loop then goes from match to match,
/// without a branch that is hard to predict, and what it will read is known ahead. (Menon, Mowry, Pavlo: "Relaxed
/// Operator Fusion for In-Memory Databases", PVLDB 11.1, 2017.)
class BlockFilter {
 public:
  /// What the scan knows of its columns.
  class Columns {
   public:
    virtual ~Columns() = default;
    /// A row of all columns at a position; each is loaded where it is asked for.
    virtual Row rowAt(Val<std::uint64_t> position) = 0;
    /// A number of a column that a StoredComparison looks at, in the bytes that the comparison has.
    virtual KernelValue numberAt(std::size_t column, Val<std::uint64_t> position) = 0;
    /// Where the offsets and the bytes of a column of texts lie.
    virtual Val<const std::byte*> offsets(std::size_t column) const = 0;
    virtual Val<const char*> heap(std::size_t column) const = 0;
    /// Whether the condition can be computed for every row, whatever other conditions say, by vector instructions.
    virtual bool canTestInBlocks(const Expression& condition) const = 0;
    virtual bool mayBeNull(std::size_t column) const = 0;
    virtual std::size_t count() const = 0;
    /// Whether rows that pass the conditions tested in blocks need the column.
    virtual bool isRead(std::size_t column) const = 0;
    /// Asks for the memory of the column's value at a position, which need not exist.
    virtual void prefetch(std::size_t column, Val<std::uint64_t> position) = 0;
    /// The same for so many rows from there on, but into the second-level cache: what the first one has under way at
    /// once is soon too little.
    virtual void prefetchRows(std::size_t column, Val<std::uint64_t> position, std::uint64_t rows) = 0;
    /// Whether who takes the rows asks for whole blocks of columns ahead.
    virtual bool areAskedForByBlocks() const = 0;
  };

  BlockFilter(PipelineBuilder& builder, std::string label, Columns& columns)
      : p(builder), label_(label), columns_(columns), expressions_(builder, std::move(label)) {}

  /// Takes over those conjuncts of the scan's filter that come before the first that may fail; returns the others, in
  /// order.
  std::vector<ExpressionPointer> take(const ScanSpec& scan);
  using Test = std::function<Val<bool>(const Row&)>;
  /// Tests further what `test` says of each row that passes the filter, all of which was taken, and the tests added
  /// before. `screen`, if it is one, is cheaper and fails only where the test does: rows tested in vectors are tested
  /// by this, and those that pass one by one.
  void add(Test test, Test screen) { further_.push_back({std::move(test), std::move(screen), {}}); }
  bool isEmpty() const { return conditions_.empty() && !like_ && refinements_.empty() && further_.empty(); }
  /// Whether the taken conditions read the column.
  bool reads(std::size_t column) const;

  /// In the setup.
  void setup();
  /// Tests the rows from `begin` to `end`, at least one.
  void beginBlock(Val<std::uint64_t> begin, Val<std::uint64_t> end);
  /// One byte per row of the block, 1 for matches; nothing where only their positions are known.
  std::optional<Val<std::uint8_t*>> mask() const {
    return texts_.empty() && refinements_.empty() && further_.empty() ? mask_ : std::nullopt;
  }
  Val<std::uint64_t> matches() const { return matches_->get(); }
  /// How many rows of the block the further test of this index was to be asked of; none twice. 0 where that is the
  /// first of all tests.
  Val<std::uint64_t> passed(std::size_t test) const { return further_[test].passed->get(); }
  /// Where a match lies, by its index.
  Val<std::uint64_t> match(Val<std::uint64_t> index);
  /// for each match of the block: visit(position), besides and before the rows themselves.
  void forEachMatch(llvm::function_ref<void(Val<std::uint64_t>)> visit);
  /// Moves to the next match and emits `match`, or passes over the rest of the block.
  void findMatch(llvm::function_ref<void(Val<std::uint64_t>)> match);

 private:
  /// With fewer matches than one in so many rows, next to each match lies on a cache line of its own.
  static constexpr std::uint64_t kSparse = 16;
  /// With fewer than this, testing matches one by one takes less time than testing all rows in vectors.
  static constexpr std::uint64_t kFew = 2;
  /// The same where the test is one of texts, whose handles are the greater part of what is read.
  static constexpr std::uint64_t kFewTexts = 4;

  /// While rows are tested, what the test reads of rows so far behind them is asked for; they may lie in the next
  /// block. A test takes too many instructions for the processor's window to ask for enough by itself. Few columns of
  /// so many rows fit into the first-level cache.
  static constexpr std::uint64_t kRowsAhead = 1024;

  /// A block is tested part by part. What matches of one need is asked for before the next one is tested, so that the
  /// memory has both kinds of requests at once.
  static constexpr std::uint64_t kPartRows = 1024;
  /// The same where matches are tested one by one: so many of them.
  static constexpr std::uint64_t kStretchPositions = 64;

  using Condition = std::variant<StoredComparison, StoredEquality, ExpressionPointer>;

  void testInVectors(Val<std::uint64_t> begin, Val<std::uint64_t> count);
  void testPart(Val<std::uint64_t> begin, Val<std::uint64_t> rows, Val<std::uint8_t*> mask);
  void searchTexts(Val<std::uint64_t> begin, Val<std::uint64_t> count);
  /// Whether the block's mask is set before refinements.
  bool setsMask() const { return !conditions_.empty() || like_; }
  /// Whether its matches are known part by part.
  bool hasVectorTestsAlone() const {
    return !conditions_.empty() && texts_.empty() && refinements_.empty() && further_.empty();
  }
  void testTexts(Val<std::uint64_t> count);
  void refine(std::span<const ExpressionPointer> refinements, Val<std::uint64_t> count);
  /// On top of conditions and refinements.
  struct Further {
    Test test;
    Test screen;
    std::optional<Var<std::uint64_t>> passed;

    const Test& inVectors() const { return screen ? screen : test; }
  };
  /// Whether the first further test is the first of all, and done in vectors.
  bool furtherIsFirst() const { return !further_.empty() && !setsMask() && refinements_.empty(); }
  void testFurther(std::size_t index, Val<std::uint64_t> count);
  /// On top of the mask, whose bytes have to say all that has been tested so far.
  void testAgainInVectors(Val<std::uint64_t> count, const Test& test, const std::string& name);
  /// `isLast`: what passes matches.
  void testOneByOne(const Test& test, bool isLast);
  /// for each row of the block { visit(row, index) } by vector instructions
  void forEachInVectors(Val<std::uint64_t> begin, Val<std::uint64_t> count,
                        llvm::function_ref<void(const Row&, Val<std::uint64_t>)> visit, const std::string& name);
  /// Adds the matches among so many rows of the mask, from `first` on, to the positions.
  void select(Val<std::uint64_t> first, Val<std::uint64_t> rows);
  /// Whether matches are fewer than one in kSparse of so many rows.
  Val<bool> areSparse(Val<std::uint64_t> matches, Val<std::uint64_t> rows);
  /// Asks for the further columns of the matches from the index `first` on, if they are few of so many rows.
  void prefetchMatches(Val<std::uint64_t> first, Val<std::uint64_t> rows);
  /// Asks for those of the matches from one index to the other, but those known, which have just been read.
  void prefetchMatches(Val<std::uint64_t> first, Val<std::uint64_t> end, const std::set<std::size_t>& known);
  /// The row, which calls `isRead` for a column when it is emitted.
  Row rowTelling(Val<std::uint64_t> position, std::function<void(std::size_t)> isRead);
  void beginCounting(Val<std::uint64_t> end);
  Val<bool> isTrue(const Condition& condition, const Row& row, Val<std::uint64_t> position);
  Val<bool> compareStored(const StoredComparison& comparison, Val<std::uint64_t> position);
  bool mayBeNull(const StoredEquality& equality) const;
  std::vector<ExpressionPointer> textConjuncts() const;
  /// Those that handles leave open.
  std::vector<ExpressionPointer> openTexts() const;
  Val<bool> compareHandles(const StoredEquality& equality, const Row& row);

  PipelineBuilder& p;  // NOLINT(readability-identifier-naming): stands in front of every emitted operation
  std::string label_;
  Columns& columns_;
  ExpressionLowering expressions_;
  std::vector<Condition> conditions_;
  /// With those, which may leave few rows: texts that are equal to literals.
  struct Text {
    StoredEquality equality;
    ExpressionPointer conjunct;
  };
  std::vector<Text> texts_;
  /// Without those: the first of the others, if it is searched for in all texts of the block at once.
  std::optional<StoredLike> like_;
  /// Tested for the rows that meet the conditions above.
  std::vector<ExpressionPointer> refinements_;
  std::vector<Further> further_;
  /// One past the last row that was counted in some block.
  std::optional<Var<std::uint64_t>> counted_;
  /// The first row of this block that was not, counted from the block's first.
  std::optional<Var<std::uint64_t>> countFrom_;
  /// Columns that only matches read.
  std::vector<std::size_t> furtherColumns_;
  /// What the vector loop that is being emitted reads.
  std::set<std::size_t> read_;
  /// One byte per row of the block: 1 where all conditions hold.
  std::optional<Val<std::uint8_t*>> mask_;
  /// The rows that match, counted from the block's first.
  std::optional<Val<std::uint32_t*>> positions_;
  std::optional<Var<std::uint64_t>> begin_;
  std::optional<Var<std::uint64_t>> matches_;
  std::optional<Var<std::uint64_t>> next_;
  /// The block tested last had so many matches that what only matches read is asked for row by row.
  std::optional<Var<bool>> isDense_;
};

}  // namespace basalt::codegen
