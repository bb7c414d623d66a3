#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace basalt {

/// Lets work in until the process begins to end, and then holds up its end until what is within is through: work on
/// other threads that needs data which ends with the process, as compiling needs LLVM's tables. An engine need not have
/// ended by then: it may be a static object, or never be destroyed.
class ExitGate {
 public:
  static ExitGate& instance();

  /// Has the gate closed as soon as exit() is called on this thread, when it is the process's first one; else it closes
  /// in the order in which static objects end, with those made by now.
  void watch();

  /// One piece of work's time within, unless the gate was closed.
  class Pass {
   public:
    Pass() : isWithin_(instance().enter()) {}
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
      if (isWithin_) instance().leave();
    }
    bool isWithin() const noexcept { return isWithin_; }

   private:
    bool isWithin_;
  };

 private:
  bool enter();
  void leave();
  void close();

  std::mutex mutex_;
  std::condition_variable left_;
  std::size_t within_ = 0;
  bool closed_ = false;
};

}  // namespace basalt
