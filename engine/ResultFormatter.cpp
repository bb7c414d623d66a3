#include "engine/ResultFormatter.h"

#include <utility>

#include "engine/formats/CsvFormatter.h"
#include "engine/formats/JsonFormatter.h"
#include "engine/formats/TableFormatter.h"

namespace basalt {

std::unique_ptr<ResultFormatter> makeResultFormatter(ResultFormat format, const Schema& schema, std::ostream& output) {
  switch (format) {
    case ResultFormat::Table:
      return std::make_unique<TableFormatter>(schema, output);
    case ResultFormat::Csv:
      return std::make_unique<CsvFormatter>(schema, output);
    case ResultFormat::Json:
      return std::make_unique<JsonFormatter>(schema, output);
  }
  std::unreachable();
}

}  // namespace basalt
