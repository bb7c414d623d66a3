#pragma once

#include <span>
#include <string_view>

namespace basalt::codegen {

/// A function that generated code may call, under its symbol.
struct Symbol {
  std::string_view name;
  const void* address;
};

/// Everything generated code can link to: the functions marked BASALT_EXPORT, and those of the C library and the
/// compiler's runtime that LLVM calls by itself. It is a closed list, so that nothing is resolved by accident.
std::span<const Symbol> exportedSymbols() noexcept;

}  // namespace basalt::codegen
