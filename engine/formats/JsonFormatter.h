#pragma once

#include <string>
#include <vector>

#include "engine/ResultFormatter.h"
#include "engine/formats/CellFormatter.h"
#include "engine/formats/TextOutput.h"

namespace basalt {

/// An array with one object per row, each on a line of its own. Numbers and booleans are JSON's (decimals with all
/// their digits), NaN and infinities and every other type are strings. A column whose name is taken already gets a
/// number: "name_2".
class JsonFormatter final : public ResultFormatter {
 public:
  JsonFormatter(const Schema& schema, std::ostream& output);
  void write(const Batch& batch) override;
  void finish() override;

 private:
  enum class Form : std::uint8_t {
    Bare,      ///< the text is JSON already
    Floating,  ///< bare unless it is no number
    Quoted,    ///< quoted, but needs no escapes
    String,    ///< any characters
  };
  struct Column {
    CellFormatter cell;
    Form form;
    /// What stands before the value: `{"name":` or `,"name":`.
    std::string prefix;
  };
  void appendValue(const Column& column, const Vector& vector, std::uint32_t row);

  TextOutput output_;
  std::vector<Column> columns_;
  bool isFirstRow_ = true;
};

}  // namespace basalt
