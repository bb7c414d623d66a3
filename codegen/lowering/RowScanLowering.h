#pragma once

#include <optional>

#include "codegen/lowering/OperatorLowering.h"
#include "operators/spec/WindowSpec.h"

namespace basalt::codegen {

/// Reads the rows that a breaker left: groups, whose aggregates it finalises, sorted rows, rows of a window with the
/// functions' results, or build rows of a join, with NULLs for the probe columns.
class RowScanLowering final : public SourceLowering {
 public:
  RowScanLowering(PipelineBuilder& builder, const OperatorSpec& spec) : SourceLowering(builder, spec), spec_(spec) {}

  void setup() override;
  void produce(Val<std::uint64_t> position) override;

 private:
  /// How far ahead of its use a row is asked for: some 100 ns.
  static constexpr std::uint64_t kRowsAhead = 16;

  Val<const std::byte*> rowAt(Val<std::uint64_t> index);
  /// Adds the next output column.
  void addStoredColumn(Row& row, Val<const std::byte*> bytes, const RowLayout::Column& column);
  void addStoredColumns(Row& row, Val<const std::byte*> bytes, const RowLayout& layout, std::size_t count);
  void addWindowResults(Row& row, Val<const std::byte*> bytes, const WindowSpec& spec);
  Row buildRow(const JoinSpec& join, Val<const std::byte*> bytes);

  const OperatorSpec& spec_;
  /// Of the morsel's segment.
  std::optional<Val<const std::byte* const*>> addresses_;
  std::optional<Val<const std::byte*>> first_;
};

}  // namespace basalt::codegen
