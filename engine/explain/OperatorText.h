#pragma once

#include <functional>
#include <string>

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// "Scan#4 lineitem": the operator's label, and the table that a scan reads.
std::string operatorTitle(const OperatorSpec& spec);

/// The tree below `root` as text, one line per operator and below it lines with what it does. `note` says what to add
/// to an operator's first line.
std::string operatorTreeText(const OperatorSpec& root, const std::function<std::string(const OperatorSpec&)>& note);

}  // namespace basalt
