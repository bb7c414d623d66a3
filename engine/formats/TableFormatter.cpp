#include "engine/formats/TableFormatter.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/types/Utf8.h"

namespace basalt {

namespace {

/// Characters of `text`; accents and wide scripts count as the characters they are made of.
std::size_t characterCount(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return !isContinuationByte(byte); }));
}

bool isControl(char byte) { return (byte >= 0 && byte < 0x20) || byte == 0x7F; }

/// Replaces what would break the line or change the terminal.
void escapeControls(std::string& text) {
  if (std::ranges::none_of(text, isControl)) return;
  std::string escaped;
  for (const char byte : text) {
    if (byte == '\n') {
      escaped += "\\n";
    } else if (byte == '\t') {
      escaped += "\\t";
    } else if (byte == '\r') {
      escaped += "\\r";
    } else if (isControl(byte)) {
      escaped += fmt::format("\\x{:02x}", static_cast<unsigned>(byte));
    } else {
      escaped.push_back(byte);
    }
  }
  text = std::move(escaped);
}

}  // namespace

TableFormatter::TableFormatter(const Schema& schema, std::ostream& output) : output_(output) {
  for (const Field& field : schema) {
    std::string name = field.name;
    escapeControls(name);
    const std::size_t width = characterCount(name);
    columns_.push_back({CellFormatter(field.type), std::move(name), width});
  }
}

void TableFormatter::write(const Batch& batch) {
  for (std::uint32_t index = 0; index < batch.size(); ++index) {
    const std::uint32_t row = batch.position(index);
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      std::string& text = cells_.emplace_back();
      const Vector& vector = batch.columns[column];
      if (CellFormatter::isNull(vector, row)) {
        text = "NULL";
      } else {
        columns_[column].cell.append(vector, row, text);
        if (columns_[column].cell.isText()) escapeControls(text);
      }
    }
    ++rows_;
    if (!isMeasuring_ || rows_ == kMeasuredRows) appendCells();
  }
}

void TableFormatter::appendCells() {
  if (isMeasuring_) {
    for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
      std::size_t& width = columns_[cell % columns_.size()].width;
      width = std::max(width, characterCount(cells_[cell]));
    }
    isMeasuring_ = false;
    appendHeader();
  }
  for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
    const std::size_t column = cell % columns_.size();
    appendCell(column, cells_[cell], columns_[column].cell.isNumber());
    output_.flushIfLarge();
  }
  cells_.clear();
}

void TableFormatter::appendHeader() {
  std::string rule;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    appendCell(column, columns_[column].name, columns_[column].cell.isNumber());
    rule += (column == 0 ? "-" : "+-") + std::string(columns_[column].width + 1, '-');
  }
  output_.text().append(rule).push_back('\n');
}

void TableFormatter::appendCell(std::size_t column, std::string_view text, bool alignRight) {
  std::string& line = output_.text();
  const bool isLast = column + 1 == columns_.size();
  const std::size_t width = columns_[column].width;
  const std::size_t padding = width - std::min(width, characterCount(text));
  line.append(column == 0 ? " " : "| ");
  if (alignRight) line.append(padding, ' ');
  line.append(text);
  // No blanks at the end of a line.
  if (!alignRight && !isLast) line.append(padding, ' ');
  line.push_back(isLast ? '\n' : ' ');
}

void TableFormatter::finish() {
  if (isMeasuring_) appendCells();
  output_.text().append(fmt::format("({} row{})\n", rows_, rows_ == 1 ? "" : "s"));
  output_.flush();
}

}  // namespace basalt
