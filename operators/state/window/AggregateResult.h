#pragma once

#include <array>
#include <cstddef>

#include "operators/expression/AggregateLoop.h"
#include "operators/spec/WindowSpec.h"
#include "operators/state/window/WindowResult.h"
#include "runtime/memory/StringArena.h"

namespace basalt {

/// What an aggregate over a frame comes to, and where it goes in rows. NULL to begin with.
class AggregateResult {
 public:
  /// Strings of results go to `strings`.
  AggregateResult(const WindowSpec& spec, const WindowFunctionSpec& function, const RowLayout::Column& column,
                  StringArena& strings);

  /// Throws what an update or a merge reports.
  void check(ErrorCode error) const;
  /// Makes the state's result the one that is stored from now on.
  void finalise(const std::byte* state);
  void setNull() noexcept { isNull_ = 1; }
  void store(std::byte* row) const noexcept { storeAll({&row, 1}); }
  void storeAll(std::span<std::byte* const> rows) const noexcept;

 private:
  static constexpr std::size_t kBytes = 16;

  const WindowSpec& spec_;
  const WindowFunctionSpec& function_;
  const AggregateLoops& loops_;
  WindowResult result_;
  bool isText_;
  StringArena& strings_;
  alignas(kBytes) std::array<std::byte, kBytes> value_{};
  std::uint8_t isNull_ = 1;
};

}  // namespace basalt
