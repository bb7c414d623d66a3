#include "codegen/jit/CompileEstimate.h"

#include <algorithm>

namespace basalt::codegen {

namespace {

struct Sample {
  double size;
  double milliseconds;
};
/// Measured on an AMD EPYC (Zen 5): the scan of few groups, TPC-H query 6 and query 1, a projection of 100 expressions.
constexpr Sample kMeasured[] = {{5, 6}, {20, 14}, {40, 22}, {300, 110}};
constexpr double kLeastMilliseconds = 1;
/// What the first compilation of a process takes besides: LLVM sets its tables up.
constexpr double kFirstMilliseconds = 9;

}  // namespace

CompileEstimate::CompileEstimate() {
  for (const Sample& sample : kMeasured) add(sample.size, sample.milliseconds);
}

void CompileEstimate::add(double size, double milliseconds) {
  weight_ += 1;
  sizes_ += size;
  times_ += milliseconds;
  sizesSquared_ += size * size;
  sizesByTimes_ += size * milliseconds;
}

void CompileEstimate::learn(std::uint64_t size, double milliseconds) {
  const std::lock_guard lock(mutex_);
  if (isFirst_) {
    isFirst_ = false;
    milliseconds = std::max(kLeastMilliseconds, milliseconds - kFirstMilliseconds);
  }
  for (double* sum : {&weight_, &sizes_, &times_, &sizesSquared_, &sizesByTimes_}) *sum *= kFading;
  add(static_cast<double>(size), milliseconds);
}

double CompileEstimate::milliseconds(std::uint64_t size) const {
  const std::lock_guard lock(mutex_);
  const double spread = weight_ * sizesSquared_ - sizes_ * sizes_;
  const double mean = times_ / weight_;
  // When all compilations were of one size, nothing is known but their mean.
  if (spread <= 0) return mean;
  const double slope = std::max(0.0, (weight_ * sizesByTimes_ - sizes_ * times_) / spread);
  const double first = isFirst_ ? kFirstMilliseconds : 0;
  return first + std::max(kLeastMilliseconds, mean + slope * (static_cast<double>(size) - sizes_ / weight_));
}

}  // namespace basalt::codegen
