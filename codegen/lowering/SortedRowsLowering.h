#pragma once

#include <vector>

#include "codegen/lowering/ExpressionLowering.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/rows/RowCollection.h"

namespace basalt::codegen {

/// What Sort and TopN share: a row with its normalised sort key at the head.
class SortedRowsLowering {
 public:
  SortedRowsLowering(PipelineBuilder& builder, const SortedRowsSpec& spec, const std::string& label)
      : p(builder), spec_(spec), expressions_(builder, label) {}

  /// The values of the stored columns; the head and the columns are made of these.
  std::vector<SqlValue> values(const Row& row) { return expressions_.values(spec_.stored, row); }
  void storeHead(Val<std::byte*> target, std::span<const SqlValue> values);
  void storeColumns(Val<RowAppender*> appender, Val<std::byte*> target, std::span<const SqlValue> values);

 private:
  void encode(Val<std::byte*> target, const KernelValue& value, bool descending);

  PipelineBuilder& p;  // NOLINT(readability-identifier-naming): stands in front of every emitted operation
  const SortedRowsSpec& spec_;
  ExpressionLowering expressions_;
};

}  // namespace basalt::codegen
