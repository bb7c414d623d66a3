#pragma once

#include <functional>
#include <string>
#include <vector>

#include "codegen/lowering/PipelineBuilder.h"
#include "codegen/lowering/RowBlock.h"

namespace basalt::codegen {

class StepLowering;

/// A test of the rows that a step gets: it is false only for those that may be left out. It emits nothing that may
/// fail, for rows of any value.
struct Dismissal {
  using Test = std::function<Val<bool>(const Row&)>;
  Test mayMatter;
  /// False only where that is, and takes less memory, so that this is asked of few; or nothing.
  Test passesScreen;
  /// Index into WorkerState::rowCounts of the step that would get the others. Where further dismissals follow, it puts
  /// out a row for each that passes, and who tests counts them.
  std::size_t countIndex;
};

/// One operator's part in a pipeline's function. Emission goes through all operators four times, in the order of the
/// rows' way:
///
///   setup         loads what does not change while the function runs: tables, column addresses, appenders
///   beforeBlock   what is looked at every thousand rows or so
///   the row       the source emits a row and hands it to the first step, which emits what it does with it and hands on
///   what
///                 comes out of it: the C++ call stack is the nesting of the emitted blocks
///   finish        what is due when the function is left
///
/// State: the operator's spec, and emitted values of the setup. Built for one function, then thrown away.
class OperatorLowering {
 public:
  OperatorLowering(PipelineBuilder& builder, std::size_t countIndex, const OperatorSpec* spec)
      : p(builder), label_(spec != nullptr ? spec->label() : "Result"), countIndex_(countIndex) {}
  virtual ~OperatorLowering() = default;
  OperatorLowering(const OperatorLowering&) = delete;
  OperatorLowering& operator=(const OperatorLowering&) = delete;

  virtual void setup() {}
  virtual void beforeBlock() {}
  virtual void finish() {}

  void setNext(StepLowering* next) { next_ = next; }

 protected:
  StepLowering* next() const { return next_; }
  /// Emits what becomes of a row that this operator puts out.
  void emitNext(const Row& row);
  /// Emits a loop over rows that are put out later, at most PipelineBuilder::kBlockRows.
  using ForEachRow = llvm::function_ref<void(llvm::function_ref<void(const Row&)> visit)>;
  /// Emits the next step's asking ahead for these rows, round by round.
  void prefetchForNext(ForEachRow forEachRow);
  /// The next step's dismissals of rows with these columns, as tests of rows that `toNext` makes those of.
  std::vector<Dismissal> dismissalsOfNext(const VectorColumns& columns, const std::function<Row(const Row&)>& toNext);

  /// "HashJoin#1": prefix of the names of all emitted values and blocks.
  const std::string& label() const { return label_; }
  std::string named(std::string_view what) const { return label_ + "." + std::string(what); }
  /// Index into WorkerState::rowCounts of the rows it puts out.
  std::size_t countIndex() const { return countIndex_; }

  /// The function that is emitted. Short, since it stands in front of every emitted operation.
  PipelineBuilder& p;  // NOLINT(readability-identifier-naming)

 private:
  std::string label_;
  std::size_t countIndex_;
  StepLowering* next_ = nullptr;
};

class SourceLowering : public OperatorLowering {
 public:
  SourceLowering(PipelineBuilder& builder, const OperatorSpec& spec) : OperatorLowering(builder, 0, &spec) {}

  /// Emits what is done for a block of rows at once.
  virtual void beginBlock(Val<std::uint64_t> /*begin*/, Val<std::uint64_t> /*end*/) {}
  /// Emits the row at `position` of the morsel, if it passes the source's filter.
  virtual void produce(Val<std::uint64_t> position) = 0;
};

class StepLowering : public OperatorLowering {
 public:
  /// `step` is the index within Pipeline::steps.
  StepLowering(PipelineBuilder& builder, std::size_t step)
      : OperatorLowering(builder, 1 + step, builder.pipeline().steps[step].spec), step_(step) {}

  virtual void consume(const Row& row) = 0;

  /// It may read memory at places that only the row tells; then it can be told of rows some time ahead, in so many
  /// rounds, each of which asks for what the next one needs. 0: it cannot. (Chen, Ailamaki, Gibbons, Mowry: "Improving
  /// Hash Join Performance through Prefetching", ICDE 2004: group prefetching.)
  virtual unsigned prefetchRounds() const { return 0; }
  /// Whether that memory is large enough to be worth it for so many rows between a first and a last one; known once the
  /// setup has run.
  virtual Val<bool> prefetchPays(const Row& /*first*/, const Row& /*last*/, Val<std::uint64_t> /*count*/) {
    return p.constant(false);
  }
  /// Emits `then` with the word that tells where a row will lead: a hash, a number, a key. Without it for a row that
  /// leads nowhere. Emits nothing that may fail.
  using Lookup = Val<std::uint64_t>;
  virtual void beginLookup(const Row& /*row*/, llvm::function_ref<void(Lookup)> /*then*/) {}
  /// Asks for memory that the lookup will read; returns what the next round is told of it.
  virtual Lookup prefetch(Lookup lookup, unsigned /*round*/) { return lookup; }

  /// Rows that will come, some time ahead: their number, and the row at an index below it.
  struct RowsAhead {
    Val<std::uint64_t> count;
    std::function<Row(Val<std::uint64_t>)> at;
  };
  /// Tells the next step of what it will make of those rows, as far as that can be told by a look.
  virtual void prefetchBehind(const RowsAhead& /*rows*/) {}

  /// How rows can be told in vector code that have no effect on it or on a step behind it: joins that find no match for
  /// many. Who asks tests all that come out, in this order, and hands on no row but those that pass them all.
  virtual std::vector<Dismissal> dismissals(const VectorColumns& /*columns*/) { return {}; }

  /// Whether it can take the rows of a block at once, where enough of them are in the stream. Columns may come with
  /// guesses here, and only here.
  virtual bool takesBlocks(const VectorColumns& /*columns*/) { return false; }
  /// In place of `consume` for each of the block's rows, if it returns true: else it left them to that.
  virtual Val<bool> consumeBlock(const RowBlock& /*block*/) { return p.constant(false); }

 protected:
  template <typename Spec>
  const Spec& specOf() const {
    return static_cast<const Spec&>(*p.pipeline().steps[step_].spec);
  }
  std::size_t step() const { return step_; }

 private:
  std::size_t step_;
};

inline void OperatorLowering::emitNext(const Row& row) {
  p.countRow(countIndex_);
  next_->consume(row);
}

}  // namespace basalt::codegen
