#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "operators/spec/OperatorSpec.h"
#include "runtime/pipeline/PipelineState.h"
#include "runtime/rows/RowSegment.h"
#include "runtime/scheduler/TaskScheduler.h"
#include "runtime/storage/ColumnGuess.h"

namespace basalt {

/// Hands a pipeline's input out in morsels, each row once. Every worker walks through a range of its own, in source
/// order, so that what it builds from neighbouring rows stays with it (its part of an array, of a bitmap, of a hash
/// table), and the first worker begins in front in each pipeline, so that it meets there what it has made of the front
/// of others; whoever has none left takes one that nobody has begun, or half of the largest. Of one share, a single
/// worker gets all rows in source order. Thread-safe.
class MorselSource {
 public:
  /// Among how many workers, numbered from 0, the rows are divided to begin with; others may come as well.
  explicit MorselSource(std::size_t shares) : shares_(shares) {}
  MorselSource(const MorselSource&) = delete;
  MorselSource& operator=(const MorselSource&) = delete;
  virtual ~MorselSource() = default;

  /// The next at most `maxRows` rows (at least one) for this worker; false when there are none left. What the morsel
  /// points to lives as long as the source. Throws ExecutionError when stored data cannot be read.
  bool next(WorkerId worker, std::uint64_t maxRows, Morsel& morsel);
  /// Hands out nothing more.
  void close();

  std::uint64_t totalRows() const noexcept { return totalRows_; }
  /// Rows not handed out yet.
  std::uint64_t rowsLeft() const noexcept { return rowsLeft_.load(std::memory_order_relaxed); }

 protected:
  /// Rows [begin, end) of part `part`: a chunk, or a segment of rows.
  struct Stretch {
    std::size_t part = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  /// Once, before the first morsel.
  void setStretches(std::vector<Stretch> stretches);
  std::span<const Stretch> stretches() const noexcept { return stretches_; }
  /// Points `morsel` to a part.
  virtual void openPart(std::size_t part, Morsel& morsel) = 0;

 private:
  /// Rows not handed out yet, counted through all stretches.
  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool isBegun = false;

    std::uint64_t size() const noexcept { return end - begin; }
  };
  Range& rangeFor(WorkerId worker, std::uint64_t maxRows);
  void divide();

  std::size_t shares_;
  std::mutex mutex_;
  std::vector<Stretch> stretches_;
  /// Where each stretch begins among all rows.
  std::vector<std::uint64_t> starts_;
  /// Disjoint, by worker.
  std::vector<Range> ranges_;
  std::uint64_t totalRows_ = 0;
  std::atomic<std::uint64_t> rowsLeft_{0};
};

/// The rows of a table that the scan's ranges name and its zone conditions do not rule out.
class TableMorselSource final : public MorselSource {
 public:
  TableMorselSource(const ScanSpec& scan, std::size_t shares);

  std::uint64_t chunksSkipped() const noexcept { return chunksSkipped_; }
  /// By read column: what is guessed where the table says nothing of values. Throws what Table::slice throws.
  std::vector<ColumnGuess> guessColumns() const;

 private:
  void openPart(std::size_t part, Morsel& morsel) override;

  const ScanSpec& scan_;
  std::uint64_t chunksSkipped_ = 0;
  /// Slices of the chunks opened so far, by chunk.
  std::vector<std::unique_ptr<ColumnSlice[]>> slices_;
};

/// Materialised rows [skip, skip + limit) of `segments`; what these refer to must outlive the source.
class RowMorselSource final : public MorselSource {
 public:
  RowMorselSource(std::vector<RowSegment> segments, std::uint64_t skip, std::uint64_t limit, std::size_t shares);

 private:
  void openPart(std::size_t part, Morsel& morsel) override;

  std::vector<RowSegment> segments_;
};

}  // namespace basalt
