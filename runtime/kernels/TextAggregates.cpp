#include "runtime/kernels/TextAggregates.h"

#include <cstring>

#include "runtime/kernels/StringResult.h"

namespace basalt::kernels {

void holdString(StringView* held, StringView value, ErrorCode* error, StringArena* arena) noexcept {
  if (value.isInline()) {
    *held = value;
  } else if (!held->isInline() && value.size() <= held->size()) {
    auto* bytes = reinterpret_cast<char*>(held->tail);  // NOLINT: the state owns these bytes, nobody else sees them
    std::memmove(bytes, value.data(), value.size());
    *held = StringView::make(bytes, value.size());
  } else {
    *held = makeString(value.view(), error, arena);
  }
}

}  // namespace basalt::kernels
