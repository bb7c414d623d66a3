#include "runtime/pipeline/ExportFailure.h"

#include <utility>

namespace basalt {
namespace {

thread_local std::exception_ptr keptFailure;

}  // namespace

void keepExportFailure(std::exception_ptr failure) noexcept { keptFailure = std::move(failure); }

std::exception_ptr takeExportFailure() noexcept { return std::exchange(keptFailure, nullptr); }

}  // namespace basalt
