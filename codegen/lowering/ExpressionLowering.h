#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codegen/lowering/PipelineBuilder.h"
#include "operators/expression/Expression.h"

namespace basalt::codegen {

/// Emits expressions over a row: kernel calls with their NULLs routed around them, and the kinds that decide what is
/// evaluated.
class ExpressionLowering {
 public:
  /// `label` names the operator, in the names of emitted values.
  ExpressionLowering(PipelineBuilder& builder, std::string label) : p(builder), label_(std::move(label)) {}

  SqlValue value(const Expression& expression, const Row& row);
  std::vector<SqlValue> values(std::span<const ExpressionPointer> expressions, const Row& row);

  /// if (condition) { then }, where NULL counts as false. Conjuncts are tested one after the other.
  void ifTrue(const Expression& condition, const Row& row, FunctionBuilder::Body then);
  /// The same for the conjunction of several conditions, maybe none.
  void ifAllTrue(std::span<const ExpressionPointer> conjuncts, const Row& row, FunctionBuilder::Body then);
  /// The condition as a flag, where NULL counts as false.
  Val<bool> isTrue(const Expression& condition, const Row& row);

 private:
  SqlValue call(const Expression& expression, const Row& row);
  KernelValue callChecked(const Expression& expression, std::span<const KernelValue> arguments);
  SqlValue callTried(const Expression& expression, std::span<const KernelValue> arguments,
                     std::optional<Val<bool>> isNull);
  SqlValue junction(const Expression& expression, const Row& row);
  Val<bool> shortCircuit(const Expression& condition, std::size_t argument, const Row& row);
  SqlValue caseValue(const Expression& expression, const Row& row);
  void emitBranches(const Expression& expression, std::size_t argument, const Row& row, Val<std::byte*> result,
                    Var<bool>& isNull);

  PipelineBuilder& p;  // NOLINT(readability-identifier-naming): stands in front of every emitted operation
  std::string label_;
};

/// Whether computing the condition costs no more than a mispredicted branch around it.
bool isCheap(const Expression& condition);

/// condition ? then() : otherwise(), where only one side runs, for values whose type is known to the plan alone.
KernelValue chooseValue(PipelineBuilder& p, Condition condition, KernelType type,
                        llvm::function_ref<KernelValue()> then, llvm::function_ref<KernelValue()> otherwise,
                        const llvm::Twine& name);

}  // namespace basalt::codegen
