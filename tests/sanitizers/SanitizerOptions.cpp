// How the sanitizers run in every test program; each one asks for its own, and without a sanitizer nobody asks.

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the sanitizers prescribe the names

extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=1:strict_string_checks=1"; }

extern "C" const char* __ubsan_default_options() { return "print_stacktrace=1"; }

extern "C" const char* __tsan_default_options() { return "halt_on_error=1:second_deadlock_stack=1"; }

/// Code that ThreadSanitizer cannot see into. An exception that a worker throws is rethrown to the client, and freed by
/// whoever lets go of it last; the counter of its owners is atomic, but inside libstdc++, which is not instrumented.
extern "C" const char* __tsan_default_suppressions() {
  return "race:std::__exception_ptr::exception_ptr::_M_release\n";
}

// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
