#pragma once

#include <string_view>
#include <vector>

#include "engine/ResultFormatter.h"
#include "engine/formats/CellFormatter.h"
#include "engine/formats/TextOutput.h"

namespace basalt {

/// Comma-separated values with a header line (RFC 4180, but lines end in a plain newline, as Unix tools expect). Fields
/// are quoted only when they must be. NULL is an empty field, an empty string is "".
class CsvFormatter final : public ResultFormatter {
 public:
  CsvFormatter(const Schema& schema, std::ostream& output);
  void write(const Batch& batch) override;
  void finish() override { output_.flush(); }

 private:
  void appendQuoted(std::string_view field);

  TextOutput output_;
  std::vector<CellFormatter> cells_;
};

}  // namespace basalt
