#include "cli/Interruption.h"

#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

#include <unistd.h>

namespace basalt::cli {

namespace {

struct State {
  std::mutex mutex;
  std::function<void()> cancel;
  std::atomic<int> signal{0};
};

/// Lives until the process ends, since the watching thread does.
State& state() {
  static auto* const kState = new State;  // NOLINT(*-owning-memory)
  return *kState;
}

void handle(int signal) {
  State& shared = state();
  const std::lock_guard lock(shared.mutex);
  if (shared.signal.exchange(signal) != 0 || !shared.cancel) {
    _exit(128 + signal);
  }
  shared.cancel();
}

}  // namespace

void Interruption::watch() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  state();
  std::thread([signals] {
    while (true) {
      int signal = 0;
      if (sigwait(&signals, &signal) == 0) handle(signal);
    }
  }).detach();
}

int Interruption::signal() noexcept { return state().signal.load(); }

Interruption::Scope::Scope(std::function<void()> cancel) {
  State& shared = state();
  const std::lock_guard lock(shared.mutex);
  shared.cancel = std::move(cancel);
  if (shared.signal.load() != 0) shared.cancel();
}

Interruption::Scope::~Scope() {
  State& shared = state();
  const std::lock_guard lock(shared.mutex);
  shared.cancel = nullptr;
}

}  // namespace basalt::cli
