#include "runtime/types/Schema.h"

namespace basalt {

std::optional<std::size_t> Schema::find(std::string_view name) const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name == name) {
      if (found.has_value()) {
        return std::nullopt;
      }
      found = i;
    }
  }
  return found;
}

}  // namespace basalt
