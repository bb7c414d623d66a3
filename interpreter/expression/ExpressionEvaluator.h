#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "interpreter/RowError.h"
#include "interpreter/columns/RowSelection.h"
#include "interpreter/columns/SelectionStack.h"
#include "interpreter/expression/ExpressionProgram.h"
#include "operators/pipeline/PipelineRunner.h"
#include "runtime/ErrorCode.h"

namespace basalt::interpreter {

/// Provides an evaluator's columns when they are first needed, for the rows they are needed for: a scan decodes, a join
/// gathers.
class ColumnProvider {
 public:
  virtual ~ColumnProvider() = default;
  /// Values at the positions of `rows`; they stay in place until the evaluator begins anew.
  virtual Vector column(std::uint32_t index, const RowSelection& rows) = 0;
};

/// Evaluates an operator's expressions over batches, an expression at a time over all rows that need it.
///
/// State: per node of the program, the result for the current batch, valid for a set of rows. Narrower sets (the branch
/// of a CASE, the right side of an AND) are scopes: what is computed inside is forgotten when the scope ends, what was
/// computed outside is used inside. So a part that occurs twice is computed once, and no row computes what
/// row-at-a-time evaluation would not.
///
/// Failures: when an expression fails for a row, `rows` is cut before that row, and the failure is kept for
/// throwPending(). The caller passes the rows before it on and raises the failure when asked for more, as row-at-a-time
/// evaluation would. Evaluating further expressions on the cut rows keeps that right: a later failure is one in an
/// earlier row.
class ExpressionEvaluator {
 public:
  /// `label` names the operator in errors. The roots must outlive this object.
  ExpressionEvaluator(const WorkerContext& context, std::string label, std::span<const ExpressionPointer> roots);

  std::size_t rootCount() const noexcept { return program_.rootCount(); }

  /// Takes up another batch; forgets all results. The batch must stay in place while its results are used.
  void begin(const Batch& batch);
  /// The same with columns that are made on demand, of up to `rowCount` rows.
  void begin(ColumnProvider& provider, std::uint32_t rowCount);

  /// The values of a root at the positions of `rows`, which is cut when one of them fails. Meaningless when no row is
  /// left.
  const Vector& value(std::size_t root, RowSelection& rows);
  /// The rows for which a Boolean root is true; those before a failing row.
  RowSelection filter(std::size_t root, RowSelection rows) { return filterUpTo(root, rows); }
  /// The same; cuts `rows` before a failing row.
  RowSelection filterUpTo(std::size_t root, RowSelection& rows);

  bool hasPending() const noexcept { return pending_.code != ErrorCode::None; }
  /// Throws the kept failure as RowError, if there is one.
  void throwPending();
  /// The kept failure, for the caller to throw or to drop; there must be one.
  RowError takePending();
  /// Keeps a failure found elsewhere, in a row where this evaluator found none.
  void keep(ErrorCode code, std::uint32_t site, std::string text);
  void forgetPending() noexcept { pending_ = {}; }

  std::uint64_t memoryEstimate() const noexcept { return program_.resultBytes(context_.batchRows); }

 private:
  struct Failure {
    ErrorCode code = ErrorCode::None;
    std::uint32_t site = 0;
    std::string text;
  };

  template <typename Attempt>
  void guard(RowSelection& rows, const Attempt& attempt);

  // False when a row failed; failure_ then names it.
  bool evaluate(ExpressionNode& node, const RowSelection& rows);
  bool evaluateCall(ExpressionNode& node, const RowSelection& rows);
  bool evaluateLogic(ExpressionNode& node, const RowSelection& rows);
  bool evaluateIsNull(ExpressionNode& node, const RowSelection& rows);
  bool evaluateCase(ExpressionNode& node, const RowSelection& rows);
  bool filterNode(ExpressionNode& node, const RowSelection& rows, std::uint32_t* target, RowSelection& result);
  bool filterAll(ExpressionNode& node, const RowSelection& rows, std::uint32_t* target, RowSelection& result);
  bool filterAny(ExpressionNode& node, const RowSelection& rows, std::uint32_t* target, RowSelection& result);

  bool runKernel(ExpressionNode& node, const RowSelection& rows, const std::uint8_t* nulls);
  std::uint8_t* unitedNulls(ExpressionNode& node, const RowSelection& rows);
  void ensureStorage(ExpressionNode& node);
  void beginRows(std::uint32_t rowCount);
  /// Forgets all results since there were `mark` of them.
  void forget(std::size_t mark) noexcept;

  const WorkerContext& context_;
  std::string label_;
  ExpressionProgram program_;
  SelectionStack selections_;
  std::uint32_t capacity_;
  const Batch* batch_ = nullptr;
  ColumnProvider* provider_ = nullptr;
  /// Nodes with valid results, in order of computation.
  std::vector<ExpressionNode*> computed_;
  Failure failure_;
  Failure pending_;
};

}  // namespace basalt::interpreter
