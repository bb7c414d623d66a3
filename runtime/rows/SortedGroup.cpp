#include "runtime/rows/SortedGroup.h"

#include <exception>

#include "runtime/pipeline/ExportFailure.h"

namespace basalt {

void sortedGroupClear(SortedGroup* group) noexcept { group->strings->clear(); }

bool sortedGroupCompact(SortedGroup* group) noexcept {
  try {
    group->owner->compact();
    return true;
  } catch (...) {
    keepExportFailure(std::current_exception());
    return false;
  }
}

}  // namespace basalt
