#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "interpreter/PhysicalOperator.h"
#include "runtime/pipeline/PipelineState.h"

namespace basalt::interpreter {

/// A leaf: delivers rows of a morsel, window by window.
class SourceOperator : public PhysicalOperator {
 public:
  /// Sets what open() and reset() start at: rows [begin, end) of the morsel, whose memory must stay in place.
  void setWindow(const Morsel& morsel, std::uint64_t begin, std::uint64_t end) noexcept {
    morsel_ = morsel;
    begin_ = begin;
    end_ = end;
  }

 protected:
  using PhysicalOperator::PhysicalOperator;

  const Morsel& morsel() const noexcept { return morsel_; }
  /// Claims the next rows of the window, at most `maxRows`: where they begin, and how many there are (0 at the end).
  std::pair<std::uint64_t, std::uint32_t> claimRows(std::uint32_t maxRows) noexcept {
    const std::uint64_t begin = position_;
    const std::uint64_t rows = end_ - position_ < maxRows ? end_ - position_ : maxRows;
    position_ += rows;
    return {begin, static_cast<std::uint32_t>(rows)};
  }

  void doOpen() override { position_ = begin_; }
  void doReset() override { position_ = begin_; }

 private:
  Morsel morsel_{};
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t position_ = 0;
};

}  // namespace basalt::interpreter
