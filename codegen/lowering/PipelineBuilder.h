#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/builder/FunctionBuilder.h"
#include "codegen/builder/Target.h"
#include "codegen/lowering/Row.h"
#include "operators/pipeline/Pipeline.h"
#include "operators/pipeline/PipelineFacts.h"
#include "runtime/pipeline/PipelineState.h"

namespace basalt::codegen {

/// The function of one pipeline while it is being emitted: what all its operators share. Life, which PipelineLowering
/// drives:
///
///   setup       once per call: operators load what does not change from row to row
///   rows        forEachRow: the loop; exits (`leave`, `failIf...`) jump to its end
///   finish      once per call, whatever way the loop was left: what was kept in registers goes back to memory
///   end         counters and position are stored, the status is returned
class PipelineBuilder : public FunctionBuilder {
 public:
  /// Between two looks at the interrupt word lie at most this many rows, rejected ones included.
  static constexpr std::uint64_t kBlockRows = 2048;
  /// errorSite of a failure that is not a row's fault; the exception is kept by the export that failed.
  static constexpr std::uint32_t kNoSite = UINT32_MAX;

  PipelineBuilder(llvm::Module& module, std::string_view name, const Pipeline& pipeline, const PipelineFacts& facts,
                  const TargetCpu& cpu);

  const Pipeline& pipeline() const { return pipeline_; }
  const PipelineFacts& facts() const { return facts_; }
  const TargetCpu& cpu() const { return cpu_; }
  Val<PipelineState*> state() { return argument<PipelineState*>(0); }
  Val<WorkerState*> worker() { return argument<WorkerState*>(1); }
  Val<Morsel*> morsel() { return argument<Morsel*>(2); }
  Val<StringArena*> arena() const { return *arena_; }
  Row::Trail& trail() { return trail_; }

  /// What a step shares among workers, and what it keeps per worker. For the setup.
  template <typename T>
  Val<T*> sharedState(std::size_t step, const llvm::Twine& name) {
    return Val<T*>(sharedSlot(step, name).value());
  }
  template <typename T>
  Val<T*> workerState(std::size_t step, const llvm::Twine& name) {
    return Val<T*>(workerSlot(step, name).value());
  }

  /// A copy, made in the setup, of what a step shares among workers and does not change any more: its fields are values
  /// in registers, not memory that every store might alter.
  template <typename T>
  Val<T*> sharedCopy(std::size_t step, const std::string& name) {
    Val<const T*> shared = sharedState<const T>(step, name);
    Val<std::byte*> copy = stackBytes(sizeof(T), alignof(T), name + ".copy");
    ir().CreateMemCpy(copy.value(), llvm::Align(alignof(T)), shared.value(), llvm::Align(alignof(T)), sizeof(T));
    return pointerCast<T*>(copy);
  }

  /// The value of a literal, loaded from the parameters in the setup.
  SqlValue literal(const Expression& expression) const;

  // ---- Rows ----

  /// for (; position < end; ++position) { row(position) }, in blocks. `beforeBlock` runs before it is known whether
  /// there is another block, `beginBlock(begin, end)` in each.
  void forEachRow(Body beforeBlock, llvm::function_ref<void(Val<std::uint64_t>, Val<std::uint64_t>)> beginBlock,
                  llvm::function_ref<void(Val<std::uint64_t>)> row);
  /// Passes over rows of the block: goes on with the row at `position`, in place of the current one.
  void moveTo(Val<std::uint64_t> position) { *position_ = position; }
  /// One past the last row of the current block.
  Val<std::uint64_t> blockEnd() const { return blockEnd_->get(); }
  /// Makes the current row the last of its block, so that what `beforeBlock` looks at is looked at again.
  void endBlockBehindRow();
  /// Declares all rows left in the morsel done.
  void skipRemainingRows();

  // ---- Ways out ----

  /// Ends the call; what the C++ block emits behind it is unreachable. All rows before `position` are done.
  void leave(MorselStatus status);
  /// if (!succeeded) fail: for exports, which keep their exception.
  void failUnless(Val<bool> succeeded);
  /// The variable that fallible kernels report to, made None; `failOnError` follows the call.
  Val<ErrorCode*> clearedError();
  /// error != None, after the call.
  Val<bool> hasError() { return notEqual(error_->get(), ErrorCode::None, "failed"); }
  /// if (error != None) fail at `site`.
  void failOnError(std::uint32_t site);
  void failAt(std::uint32_t site, ErrorCode code);
  /// Gives up in the middle of a row when the interrupt word is set: for loops within a row.
  void failIfInterrupted();

  // ---- Row counts: index 0 is the source, 1 + i step i ----

  /// Gives an operator that drops or multiplies rows a counter of its own. For the setup.
  void addCounter(std::size_t index);
  /// Counts rows, when the index has a counter.
  void countRows(std::size_t index, Operand<std::uint64_t> rows);
  void countRow(std::size_t index) { countRows(index, 1); }
  /// The counter's value.
  Val<std::uint64_t> rowCount(std::size_t index) const { return counters_[index]->get(); }

  /// Emits the end and hands the function out.
  llvm::Expected<llvm::Function*> finishPipeline(bool verify);

 private:
  Val<void*> sharedSlot(std::size_t step, const llvm::Twine& name);
  Val<void*> workerSlot(std::size_t step, const llvm::Twine& name);
  void loadLiterals();
  void storeRowCounts();
  Val<bool> isInterrupted();

  const Pipeline& pipeline_;
  const PipelineFacts& facts_;
  const TargetCpu& cpu_;
  Row::Trail trail_;
  std::optional<Val<StringArena*>> arena_;
  std::optional<Val<const std::uint32_t*>> interrupt_;
  std::vector<SqlValue> literals_;
  std::optional<Val<std::uint64_t>> begin_;
  std::optional<Val<std::uint64_t>> end_;
  std::optional<Var<std::uint64_t>> position_;
  /// One past the last row of the current block.
  std::optional<Var<std::uint64_t>> blockEnd_;
  std::optional<Var<MorselStatus>> status_;
  std::optional<Var<ErrorCode>> error_;
  std::optional<Var<ErrorCode>> failure_;
  std::optional<Var<std::uint32_t>> failureSite_;
  std::vector<std::optional<Var<std::uint64_t>>> counters_;
  /// The loop over blocks, once it has begun.
  Loop* rows_ = nullptr;
};

}  // namespace basalt::codegen
