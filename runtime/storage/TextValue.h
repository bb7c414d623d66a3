#pragma once

#include <string_view>

#include "runtime/storage/ColumnBuffer.h"

namespace basalt {

/// Reads a field of a text file as the column's type and appends it. False, with nothing appended, when the text does
/// not have the form of the type or does not fit it exactly: a decimal with digits beyond its scale is refused, not
/// rounded. Everything else is as in Value::parse.
bool appendText(ColumnBuffer& buffer, std::string_view text);

}  // namespace basalt
