#pragma once

#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/kernels/StringCompare.h"
#include "runtime/memory/StringArena.h"
#include "runtime/types/StringView.h"

/// The least, the greatest and some string, and all of them; NULL without values. The state owns its bytes: a string
/// that is kept is copied into the arena given, which must live as long as the state does. Bytes that are given up stay
/// in the arena, unless the next string fits into them. Fails with OutOfMemory.
namespace basalt::kernels {

/// Lets `*held` be a copy of `value`, on the bytes it has where these suffice.
BASALT_EXPORT void holdString(StringView* held, StringView value, ErrorCode* error, StringArena* arena) noexcept;

/// Bytes that grow at their end.
struct TextBuffer {
  /// What there is so far.
  StringView value;
  /// How many bytes there is room for where those of `value` lie; whoever copies these elsewhere has to set it. Unused
  /// while they are inline.
  std::uint32_t capacity;
  bool seen;
};

/// Puts `part` behind what the buffer has, in memory that is doubled when it does not suffice.
BASALT_EXPORT void appendText(TextBuffer* buffer, StringView part, ErrorCode* error, StringArena* arena) noexcept;

namespace detail {

struct TextState {
  StringView value;
  bool seen;
};

template <bool (*isBetter)(StringView, StringView) noexcept>
struct TextChoice {
  using State = TextState;
  static void initialise(State* state) noexcept { *state = State{}; }
  static void update(State* state, StringView value, ErrorCode* error, StringArena* arena) noexcept {
    if (!state->seen || isBetter(value, state->value)) {
      holdString(&state->value, value, error, arena);
      state->seen = true;
    }
  }
  static void merge(State* state, const State* other, ErrorCode* error, StringArena* arena) noexcept {
    if (other->seen) update(state, other->value, error, arena);
  }
  static bool finalise(const State* state, StringView* result) noexcept {
    *result = state->value;
    return state->seen;
  }
};

[[gnu::always_inline]] inline bool greaterString(StringView left, StringView right) noexcept {
  return lessString(right, left);
}
[[gnu::always_inline]] inline bool noString(StringView /*value*/, StringView /*held*/) noexcept { return false; }

}  // namespace detail

struct BASALT_AGGREGATE("min") MinVarchar {
  using Body = detail::TextChoice<lessString>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, StringView value, ErrorCode* error, StringArena* arena) noexcept {
    Body::update(state, value, error, arena);
  }
  static void merge(State* state, const State* other, ErrorCode* error, StringArena* arena) noexcept {
    Body::merge(state, other, error, arena);
  }
  static bool finalise(const State* state, StringView* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("max") MaxVarchar {
  using Body = detail::TextChoice<detail::greaterString>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, StringView value, ErrorCode* error, StringArena* arena) noexcept {
    Body::update(state, value, error, arena);
  }
  static void merge(State* state, const State* other, ErrorCode* error, StringArena* arena) noexcept {
    Body::merge(state, other, error, arena);
  }
  static bool finalise(const State* state, StringView* result) noexcept { return Body::finalise(state, result); }
};

struct BASALT_AGGREGATE("any_value") AnyValueVarchar {
  using Body = detail::TextChoice<detail::noString>;
  using State = Body::State;
  static void initialise(State* state) noexcept { Body::initialise(state); }
  static void update(State* state, StringView value, ErrorCode* error, StringArena* arena) noexcept {
    Body::update(state, value, error, arena);
  }
  static void merge(State* state, const State* other, ErrorCode* error, StringArena* arena) noexcept {
    Body::merge(state, other, error, arena);
  }
  static bool finalise(const State* state, StringView* result) noexcept { return Body::finalise(state, result); }
};

/// All strings, one behind the other in the order in which they come.
struct BASALT_AGGREGATE("concat_agg") ConcatVarchar {
  using State = TextBuffer;
  static void initialise(State* state) noexcept { *state = State{}; }
  static void update(State* state, StringView value, ErrorCode* error, StringArena* arena) noexcept {
    appendText(state, value, error, arena);
    state->seen = true;
  }
  static void merge(State* state, const State* other, ErrorCode* error, StringArena* arena) noexcept {
    if (other->seen) update(state, other->value, error, arena);
  }
  static bool finalise(const State* state, StringView* result) noexcept {
    *result = state->value;
    return state->seen;
  }
};

}  // namespace basalt::kernels
