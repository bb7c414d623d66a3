#pragma once

#include <cstdint>
#include <mutex>

#include "operators/pipeline/Pipeline.h"

namespace basalt {

/// How much there is to compile of a pipeline, in nodes of expressions. An operator comes to many of them: what a
/// pipeline takes depends on the columns it scans, its joins and its groups far more than on its expressions.
std::uint64_t compilingWork(const Pipeline& pipeline);

/// Predicts what a compilation takes from its work: a line fitted to the compilations so far (least squares, older ones
/// fading), which starts from what was measured when this was written. Thread-safe.
class CompileEstimate {
 public:
  CompileEstimate();

  double milliseconds(std::uint64_t work) const;
  void learn(std::uint64_t work, double milliseconds);

 private:
  /// What was known is worth this share of itself after one more compilation.
  static constexpr double kFading = 0.8;

  void add(double work, double milliseconds);

  mutable std::mutex mutex_;
  bool isFirst_ = true;
  double weight_ = 0;
  double works_ = 0;
  double times_ = 0;
  double worksSquared_ = 0;
  double worksByTimes_ = 0;
};

}  // namespace basalt
