#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace basalt {

/// An SQL name in lower case: ASCII letters only, as names are compared.
inline std::string inLowerCase(std::string_view name) {
  std::string result(name);
  for (char& c : result) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

/// Whether two SQL names are the same but for case.
inline bool isSameIdentifier(std::string_view left, std::string_view right) {
  return left.size() == right.size() && inLowerCase(left) == inLowerCase(right);
}

}  // namespace basalt
