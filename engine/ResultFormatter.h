#pragma once

#include <memory>
#include <ostream>
#include <string_view>

#include "runtime/batch/Batch.h"
#include "runtime/types/Schema.h"

namespace basalt {

enum class ResultFormat : std::uint8_t {
  Table,  ///< aligned columns for people
  Csv,    ///< RFC 4180 with a header line; NULL is an empty field, an empty string is ""
  Json,   ///< an array of objects; decimals as numbers with all their digits, NaN and infinities as strings
};

/// Writes a result as text while it comes in. `finish()` must be called after the last batch.
class ResultFormatter {
 public:
  virtual ~ResultFormatter() = default;
  virtual void write(const Batch& batch) = 0;
  virtual void finish() = 0;
};

/// A formatter that writes to `output`, which must outlive it.
std::unique_ptr<ResultFormatter> makeResultFormatter(ResultFormat format, const Schema& schema, std::ostream& output);

}  // namespace basalt
