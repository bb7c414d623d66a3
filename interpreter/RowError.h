#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "runtime/ErrorCode.h"
#include "runtime/ExecutionError.h"

namespace basalt::interpreter {

/// An expression failed for a row. What the runner turns into WorkerState::errorCode and errorSite.
class RowError : public ExecutionError {
 public:
  RowError(ErrorCode code, std::uint32_t site, std::string place, std::string message)
      : ExecutionError(code, std::move(place), std::move(message)), site_(site) {}
  /// Index into Pipeline::sites.
  std::uint32_t site() const noexcept { return site_; }

 private:
  std::uint32_t site_;
};

}  // namespace basalt::interpreter
