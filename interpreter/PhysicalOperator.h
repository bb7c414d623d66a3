#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "interpreter/OperatorCounters.h"
#include "runtime/batch/Batch.h"
#include "runtime/types/Schema.h"
#include "runtime/types/Value.h"

namespace basalt::interpreter {

/// An operator of the interpreter: an iterator over batches of rows (Graefe's Volcano model, vectorized). The public
/// functions check that they are called in a valid order and are the same for all operators; an operator implements
/// doNextBatch() and, as it needs, the other protected functions, which may rely on that order.
///
/// States: created → open → (end reached) → closed; closed operators may be opened again. After a throw from
/// nextBatch() only reset() and close() are of use. Not thread-safe: one worker, one tree.
class PhysicalOperator {
 public:
  virtual ~PhysicalOperator() = default;
  PhysicalOperator(const PhysicalOperator&) = delete;
  PhysicalOperator& operator=(const PhysicalOperator&) = delete;

  /// Opens the children, then this operator. When one fails, what is open by then is closed again, and the error says
  /// "failed to open child operator" with the child's error as its cause. Throws ExecutionError(InvalidUsage) when
  /// already open.
  void open();
  /// The next batch, never an empty one, or null pointer at the end and ever after. It stays valid until the next call
  /// of any function here. Throws ExecutionError(InvalidUsage) unless open; RowError for a row whose expressions fail.
  const Batch* nextBatch();
  /// The next row as boxed values, one per column of schema(); false at the end. Batches and rows may be taken in turn:
  /// a batch begun row by row is left by nextBatch().
  bool next(std::vector<Value>& row);
  /// Gives up what open() took. May be called at any time, any number of times.
  void close() noexcept;
  /// Starts over at the first row. Throws ExecutionError(InvalidUsage) unless open.
  void reset();

  const Schema& schema() const noexcept { return schema_; }
  const std::vector<std::unique_ptr<PhysicalOperator>>& children() const noexcept { return children_; }
  /// "HashJoin#3": names the operator in errors and statistics.
  const std::string& label() const noexcept { return label_; }
  const OperatorCounters& counters() const noexcept { return counters_; }
  /// Asks for OperatorCounters::nanoseconds, here and below.
  void measureTime();

  /// How many workers may each run such an operator over a part of the same input.
  virtual std::size_t maxParallelism() const noexcept;
  bool supportsParallelism() const noexcept { return maxParallelism() > 1; }
  /// Bytes that this operator and those below hold while running, as far as known beforehand.
  std::uint64_t estimateMemoryUsage() const noexcept;

 protected:
  PhysicalOperator(std::string label, Schema schema) : label_(std::move(label)), schema_(std::move(schema)) {}

  void addChild(std::unique_ptr<PhysicalOperator> child) { children_.push_back(std::move(child)); }
  PhysicalOperator& child() noexcept { return *children_.front(); }
  /// For joins: counts pairs of rows that were looked at.
  void countCandidates(std::uint64_t pairs) noexcept { counters_.candidates += pairs; }

  /// The children are open.
  virtual void doOpen() {}
  /// A batch with at least one row, or null pointer at the end.
  virtual const Batch* doNextBatch() = 0;
  /// The children are still open; also called when doOpen() threw.
  virtual void doClose() noexcept {}
  /// The children have been reset.
  virtual void doReset() {}
  /// Bytes that this operator alone holds while running.
  virtual std::uint64_t ownMemory() const noexcept { return 0; }

 private:
  enum class State : std::uint8_t { Created, Open, AtEnd, Failed, Closed };

  bool isOpen() const noexcept { return state_ != State::Created && state_ != State::Closed; }
  void requireOpen(const char* call) const;
  const Batch* produce();

  std::string label_;
  Schema schema_;
  std::vector<std::unique_ptr<PhysicalOperator>> children_;
  OperatorCounters counters_;
  State state_ = State::Created;
  bool measuresTime_ = false;
  /// The batch that next() is in the middle of.
  const Batch* rowBatch_ = nullptr;
  std::uint32_t rowIndex_ = 0;
};

}  // namespace basalt::interpreter
