#include "engine/formats/JsonFormatter.h"

#include <cmath>
#include <set>

#include <fmt/format.h>

#include "engine/formats/JsonText.h"

namespace basalt {

JsonFormatter::JsonFormatter(const Schema& schema, std::ostream& output) : output_(output) {
  const auto formOf = [](Type type) {
    if (type.id == TypeId::Varchar) return Form::String;
    if (type.isFloating()) return Form::Floating;
    // Binary is shown as \x and hexadecimal digits, whose backslash needs an escape.
    if (type.id == TypeId::Binary) return Form::String;
    return type.isNumeric() || type.id == TypeId::Boolean ? Form::Bare : Form::Quoted;
  };
  std::set<std::string> names;
  for (const Field& field : schema) {
    std::string name = field.name;
    for (int number = 2; !names.insert(name).second; ++number) {
      name = fmt::format("{}_{}", field.name, number);
    }
    std::string prefix = columns_.empty() ? "{" : ",";
    appendJsonString(name, prefix);
    prefix.push_back(':');
    columns_.push_back({CellFormatter(field.type), formOf(field.type), std::move(prefix)});
  }
  output_.text().push_back('[');
}

void JsonFormatter::write(const Batch& batch) {
  std::string& text = output_.text();
  for (std::uint32_t index = 0; index < batch.size(); ++index) {
    const std::uint32_t row = batch.position(index);
    text.append(isFirstRow_ ? "\n" : ",\n");
    isFirstRow_ = false;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      text.append(columns_[column].prefix);
      appendValue(columns_[column], batch.columns[column], row);
    }
    text.push_back('}');
    output_.flushIfLarge();
  }
}

void JsonFormatter::appendValue(const Column& column, const Vector& vector, std::uint32_t row) {
  std::string& text = output_.text();
  if (CellFormatter::isNull(vector, row)) {
    text.append("null");
    return;
  }
  if (column.form == Form::String) {
    if (column.cell.type().id == TypeId::Varchar) return appendJsonString(CellFormatter::view(vector, row), text);
    std::string value;
    column.cell.append(vector, row, value);
    return appendJsonString(value, text);
  }
  const std::size_t start = text.size();
  if (column.form == Form::Quoted) text.push_back('"');
  column.cell.append(vector, row, text);
  if (column.form == Form::Quoted) text.push_back('"');
  // A finite number ends in a digit: "1e+30", "0.5".
  if (column.form == Form::Floating && (text.back() < '0' || text.back() > '9')) {
    text.insert(start, 1, '"');
    text.push_back('"');
  }
}

void JsonFormatter::finish() {
  output_.text().append(isFirstRow_ ? "]\n" : "\n]\n");
  output_.flush();
}

}  // namespace basalt
