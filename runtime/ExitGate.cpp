#include "runtime/ExitGate.h"

#include <cstdlib>

#include <unistd.h>

namespace basalt {

ExitGate& ExitGate::instance() {
  // Never destroyed: threads ask it while the process ends.
  static ExitGate* const gate = [] {
    std::atexit([] { instance().close(); });
    return new ExitGate;
  }();
  return *gate;
}

void ExitGate::watch() {
  if (gettid() != getpid()) return;
  // exit() destroys what is local to the calling thread before any static object, however late that was made.
  struct Closer {
    ~Closer() { instance().close(); }
  };
  static thread_local const Closer closer;
  static_cast<void>(&closer);
}

bool ExitGate::enter() {
  const std::scoped_lock lock(mutex_);
  if (closed_) return false;
  ++within_;
  return true;
}

void ExitGate::leave() {
  const std::scoped_lock lock(mutex_);
  --within_;
  left_.notify_all();
}

void ExitGate::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  left_.wait(lock, [this] { return within_ == 0; });
}

}  // namespace basalt
