#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/ResultFormatter.h"
#include "engine/formats/CellFormatter.h"
#include "engine/formats/TextOutput.h"

namespace basalt {

/// Aligned columns for people, numbers to the right, then the number of rows. The first kMeasuredRows rows decide how
/// wide the columns are, so that a large result needs no memory; a later value that is wider moves the rest of its
/// line. A byte that would disturb the table (a line break, a tab, an escape) is shown as \n, \t, \x1b.
class TableFormatter final : public ResultFormatter {
 public:
  static constexpr std::size_t kMeasuredRows = 4096;

  TableFormatter(const Schema& schema, std::ostream& output);
  void write(const Batch& batch) override;
  void finish() override;

 private:
  struct Column {
    CellFormatter cell;
    std::string name;
    /// In characters.
    std::size_t width;
  };
  void appendCell(std::size_t column, std::string_view text, bool alignRight);
  void appendCells();
  void appendHeader();

  TextOutput output_;
  std::vector<Column> columns_;
  /// The text of all cells of the rows that are being measured, or of one row after that.
  std::vector<std::string> cells_;
  std::uint64_t rows_ = 0;
  bool isMeasuring_ = true;
};

}  // namespace basalt
