#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "operators/expression/Expression.h"
#include "operators/expression/KernelLoop.h"
#include "operators/pipeline/PipelineRunner.h"
#include "runtime/batch/Vector.h"

namespace basalt::interpreter {

/// One distinct expression of a program, with the memory of its results.
struct ExpressionNode {
  /// Its first occurrence, in the order of visiting.
  const Expression* expression = nullptr;
  std::vector<ExpressionNode*> arguments;
  KernelLoop loop = nullptr;
  bool mayFail = false;
  /// Whether running on rows that are not selected does no harm and is faster than picking the selected ones.
  bool runsDense = false;
  std::uint32_t site = 0;
  /// A parameter's value, or zeros.
  alignas(16) std::array<std::byte, kParameterBytes> bytes{};

  /// The result, once `isValid`, for the rows it was asked for: a view of `storage` or of someone else's memory.
  Vector value;
  bool isValid = false;
  Vector storage;
  std::uint32_t capacity = 0;
  /// The arguments' values side by side, as kernel loops take them.
  std::vector<Vector> argumentValues;

  PhysicalType type() const noexcept { return expression->type.physical(); }
};

/// Expressions of one operator taken apart into nodes, equal parts once. Constants are the pipeline's parameters.
class ExpressionProgram {
 public:
  ExpressionProgram(const WorkerContext& context, std::span<const ExpressionPointer> roots);

  std::size_t rootCount() const noexcept { return roots_.size(); }
  ExpressionNode& root(std::size_t index) noexcept { return *roots_[index]; }
  std::size_t nodeCount() const noexcept { return nodes_.size(); }
  /// Bytes that all results take for batches of `rows` rows.
  std::uint64_t resultBytes(std::uint32_t rows) const noexcept;

 private:
  ExpressionNode* add(const Expression& expression);
  void bindParameter(ExpressionNode& node) const;
  void bindKernel(ExpressionNode& node) const;

  const WorkerContext& context_;
  std::deque<ExpressionNode> nodes_;
  std::vector<ExpressionNode*> roots_;
  std::unordered_map<const ExpressionNode*, std::uint32_t> numbers_;
  std::unordered_map<std::string, ExpressionNode*> known_;
};

}  // namespace basalt::interpreter
