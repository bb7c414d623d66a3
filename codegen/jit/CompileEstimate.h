#pragma once

#include <cstdint>
#include <mutex>

namespace basalt::codegen {

/// Predicts what a compilation takes from the size of the pipeline: a line fitted to the compilations so far (least
/// squares, older ones fading), which starts from what was measured when this was written. Thread-safe.
class CompileEstimate {
 public:
  CompileEstimate();

  double milliseconds(std::uint64_t size) const;
  void learn(std::uint64_t size, double milliseconds);

 private:
  /// What was known is worth this share of itself after one more compilation.
  static constexpr double kFading = 0.8;

  void add(double size, double milliseconds);

  mutable std::mutex mutex_;
  bool isFirst_ = true;
  double weight_ = 0;
  double sizes_ = 0;
  double times_ = 0;
  double sizesSquared_ = 0;
  double sizesByTimes_ = 0;
};

}  // namespace basalt::codegen
