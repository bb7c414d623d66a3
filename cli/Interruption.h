#pragma once

#include <functional>

namespace basalt::cli {

/// Turns SIGINT and SIGTERM into the cancelling of what is going on. The first one calls the current scope's function,
/// or ends the program when there is none; the second one ends it in any case.
class Interruption {
 public:
  /// Starts to watch. To be called once, before any thread is started: they inherit that the signals are blocked.
  static void watch();
  /// The signal that came, or 0.
  static int signal() noexcept;

  /// What to do while it lives. `cancel` is called from another thread, at most once, at once when the signal came
  /// before.
  class Scope {
   public:
    explicit Scope(std::function<void()> cancel);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
  };
};

}  // namespace basalt::cli
