#include "engine/formats/CsvFormatter.h"

namespace basalt {

CsvFormatter::CsvFormatter(const Schema& schema, std::ostream& output) : output_(output) {
  for (const Field& field : schema) {
    if (!cells_.empty()) output_.text().push_back(',');
    appendQuoted(field.name);
    cells_.emplace_back(field.type);
  }
  output_.text().push_back('\n');
}

void CsvFormatter::write(const Batch& batch) {
  std::string& text = output_.text();
  for (std::uint32_t index = 0; index < batch.size(); ++index) {
    const std::uint32_t row = batch.position(index);
    for (std::size_t column = 0; column < cells_.size(); ++column) {
      if (column != 0) text.push_back(',');
      const Vector& vector = batch.columns[column];
      if (CellFormatter::isNull(vector, row)) continue;
      if (cells_[column].type() == Type::varchar()) {
        appendQuoted(CellFormatter::view(vector, row));
      } else {
        // No other type's text holds a comma, a quote or a line break.
        cells_[column].append(vector, row, text);
      }
    }
    text.push_back('\n');
    output_.flushIfLarge();
  }
}

void CsvFormatter::appendQuoted(std::string_view field) {
  std::string& text = output_.text();
  if (!field.empty() && field.find_first_of(",\"\r\n") == std::string_view::npos) {
    text.append(field);
    return;
  }
  text.push_back('"');
  for (const char character : field) {
    text.append(character == '"' ? 2 : 1, character);
  }
  text.push_back('"');
}

}  // namespace basalt
