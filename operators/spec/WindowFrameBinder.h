#pragma once

#include <string>
#include <vector>

#include "operators/plan/PlanNode.h"
#include "operators/spec/SortedRowsBuilder.h"
#include "operators/spec/WindowSpec.h"

namespace basalt {

/// Binds the frames of a window's functions. All throw ExecutionError(InvalidPlan) at or below `path`.
class WindowFrameBinder {
 public:
  /// `input` and `rows` must outlive it; what frames compare goes into `rows`.
  WindowFrameBinder(const std::vector<SortKey>& orderBy, const Schema& input, SortedRowsBuilder& rows)
      : orderBy_(orderBy), input_(input), rows_(rows) {}

  /// That the frame's start is none that comes after its end whatever the rows.
  static void checkOrder(const WindowFrame& frame, const std::string& path);
  WindowFrameSpec bind(const WindowFrame& frame, const std::string& path);
  /// " rows between 3 preceding and current row"; nothing for the frame that is there unless said.
  static std::string text(const WindowFrame& frame);

 private:
  WindowBoundSpec bindCounted(const FrameBound& bound, const std::string& path) const;
  void bindRange(const WindowFrame& frame, WindowFrameSpec& spec, const std::string& path);
  /// The value of the order key that is the distance away from the row's own.
  ExpressionPointer shiftKey(const ExpressionPointer& key, const Value& distance, bool isForward,
                             const std::string& path) const;

  std::vector<SortKey> orderBy_;
  const Schema& input_;
  SortedRowsBuilder& rows_;
};

}  // namespace basalt
