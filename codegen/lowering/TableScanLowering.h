#pragma once

#include <optional>
#include <vector>

#include "codegen/lowering/BlockFilter.h"
#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/OperatorLowering.h"

namespace basalt::codegen {

/// Reads a chunk's columns from their stored bytes, each where it is first needed, and passes on what the filter lets
/// through.
class TableScanLowering final : public SourceLowering, private BlockFilter::Columns {
 public:
  TableScanLowering(PipelineBuilder& builder, const OperatorSpec& spec);

  void setup() override;
  void beginBlock(Val<std::uint64_t> begin, Val<std::uint64_t> end) override;
  void produce(Val<std::uint64_t> position) override;

 private:
  /// The addresses of one column's slice, loaded in the setup.
  struct Slice {
    Val<const std::byte*> values;
    std::optional<Val<const std::uint8_t*>> validity;
    std::optional<Val<const StringView*>> dictionary;
    std::optional<Val<const char*>> heap;
    /// In ColumnEncoding::basedWidth bytes.
    llvm::Value* base = nullptr;
  };

  Row rowAt(Val<std::uint64_t> position) override;
  KernelValue numberAt(std::size_t column, Val<std::uint64_t> position) override;
  Val<const std::byte*> offsets(std::size_t column) const override { return slices_[column].values; }
  Val<const char*> heap(std::size_t column) const override { return *slices_[column].heap; }
  bool canTestInBlocks(const Expression& condition) const override;
  bool mayBeNull(std::size_t column) const override;
  std::size_t count() const override { return spec_.readColumns.size(); }
  bool isRead(std::size_t column) const override;
  void prefetch(std::size_t column, Val<std::uint64_t> position) override;
  void prefetchRows(std::size_t column, Val<std::uint64_t> position, std::uint64_t rows) override;
  bool areAskedForByBlocks() const override { return takesBlocks_; }
  /// Its stored values are what they stand for, up to their width.
  bool liesInWords(std::size_t column) const;
  bool isVectorizable(std::size_t column) const;
  VectorColumn outputForm(std::size_t column) const;
  VectorColumns outputForms() const;
  /// With what is guessed of them: for whoever can check blocks.
  VectorColumns guessedForms() const;
  /// Offers the block to the next step; returns whether it took it.
  Val<bool> passBlock(Val<std::uint64_t> begin, Val<std::uint64_t> end);
  void emitRow(Val<std::uint64_t> position);
  bool dismisses() const { return !dismissedCounts_.empty(); }
  Val<const std::byte*> addressOf(std::size_t column, Val<std::uint64_t> position, std::string_view what);
  void prefetchBlock(Val<std::uint64_t> begin, Val<std::uint64_t> end);
  SqlValue load(std::size_t column, Val<std::uint64_t> position);
  KernelValue loadValue(std::size_t column, Val<std::uint64_t> position, const std::optional<Val<bool>>& isNull);
  KernelValue loadPlain(std::size_t column, Val<std::uint64_t> position, const std::string& name);
  /// What an integer column holds in fewer bytes than it has, in ColumnEncoding::valueWidth() bytes.
  llvm::Value* loadNumber(std::size_t column, Val<std::uint64_t> position, const std::string& name);
  Val<std::uint64_t> loadCode(std::size_t column, Val<std::uint64_t> position);
  KernelValue loadDictionary(std::size_t column, Val<std::uint64_t> position, const std::string& name);
  ColumnEncoding encoding(std::size_t column) const { return spec_.encoding(column); }
  KernelType type(std::size_t column) const;

  const ScanSpec& spec_;
  ExpressionLowering expressions_;
  std::vector<Slice> slices_;
  BlockFilter blockFilter_;
  /// The conjuncts of the filter that are tested row by row.
  std::vector<ExpressionPointer> conjuncts_;
  /// Known from the setup on: of rows that are dismissed, whose they are, by index into WorkerState::rowCounts; for
  /// each of the tests by which steps say which rows may matter to them.
  std::vector<std::size_t> dismissedCounts_;
  /// The same: it takes rows by blocks, where enough of them pass the filter.
  bool takesBlocks_ = false;
};

}  // namespace basalt::codegen
