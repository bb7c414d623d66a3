#pragma once

#include <memory>
#include <span>

#include "runtime/types/StringView.h"
#include "runtime/types/Type.h"

namespace basalt {

/// The strings that integers stand for: code i is strings[i], and no two codes have the same.
struct Dictionary {
  std::span<const StringView> strings;
  /// What the strings are.
  Type type = Type::varchar();
  /// Codes have the order of their strings.
  bool isAscending = false;
  /// Keeps the strings.
  std::shared_ptr<const void> owner;
};

}  // namespace basalt
