#pragma once

#include <cstdint>
#include <vector>

#include "interpreter/PhysicalOperator.h"
#include "interpreter/columns/RowSelection.h"
#include "operators/pipeline/PipelineRunner.h"
#include "runtime/memory/Buffer.h"

namespace basalt::interpreter {

/// What operators share that make several rows of one: output batches whose rows are rows of an input batch, in any
/// number and order.
class RowMultiplier {
 public:
  RowMultiplier(const WorkerContext& context, const Schema& output);

  /// Rows of an output batch, and where in the input each of them comes from.
  std::uint32_t capacity() const noexcept { return capacity_; }
  std::uint32_t* positions() noexcept { return positions_.as<std::uint32_t>(); }

  /// The first `count` positions' values of an input column, as output column `column`.
  Vector gather(const Vector& source, std::size_t column, std::uint32_t count);
  /// Memory for output column `column`.
  Vector& storage(std::size_t column);

  std::uint64_t memoryEstimate() const noexcept;

 private:
  const WorkerContext& context_;
  const Schema& output_;
  std::uint32_t capacity_;
  Buffer positions_;
  /// Per output column, made when first needed.
  std::vector<Vector> columns_;
};

}  // namespace basalt::interpreter
