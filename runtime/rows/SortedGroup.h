#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/memory/StringArena.h"
#include "runtime/rows/RowCollection.h"

namespace basalt {

/// Who keeps a SortedGroup.
class SortedGroupOwner {
 public:
  virtual ~SortedGroupOwner() = default;
  /// Gives up the bytes of strings that the group's states have replaced, when there are many. Throws ExecutionError.
  virtual void compact() = 0;
};

/// The group that a sort-based aggregation is in the middle of: there is one at a time, shared by both engines.
struct BASALT_SHARED SortedGroup {
  /// Keys and states, in the layout of the aggregation.
  std::byte* row;
  /// Not 0 once a row has come.
  std::uint64_t isOpen;
  /// Where the bytes of the keys go.
  RowAppender* keys;
  /// Where states keep the bytes of their strings; the keys' go there, too.
  StringArena* strings;
  SortedGroupOwner* owner;
};

/// Gives up all strings: the group has been put out, and another will take its place.
BASALT_EXPORT void sortedGroupClear(SortedGroup* group) noexcept;
/// Gives up strings that the states have replaced, when there are many; false when memory ran out.
BASALT_EXPORT bool sortedGroupCompact(SortedGroup* group) noexcept;

}  // namespace basalt
