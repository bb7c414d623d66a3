#pragma once

#include <exception>

namespace basalt {

/// Functions that generated code calls do not throw. One that fails keeps its exception here, per thread, and reports
/// failure by its result; whoever runs the pipeline takes the exception out and rethrows it.
void keepExportFailure(std::exception_ptr failure) noexcept;
/// The kept exception, which is then forgotten; null when there is none.
std::exception_ptr takeExportFailure() noexcept;

}  // namespace basalt
