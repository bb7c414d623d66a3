#pragma once

#include <string>

namespace basalt::codegen {

/// What the linker calls the library or program that this code is in, a hash of its contents; empty when it was linked
/// without.
std::string buildId();

}  // namespace basalt::codegen
