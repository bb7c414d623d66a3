#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace basalt {

/// What an engine has seen of its pipelines, by signature: what compiled code gains over interpretation, and how long
/// interpretation has taken for want of code. Thread-safe.
class PipelineHistory {
 public:
  /// Expected ratio of interpreted to compiled time per row: as measured for that signature, else over all pipelines.
  double expectedSpeedup(const std::string& signature) const;
  /// Takes in one run's measured ratio.
  void recordSpeedup(const std::string& signature, double speedup);

  /// Adds the time of a run without code; returns the sum of these since the last call of forgetInterpreted.
  double addInterpreted(const std::string& signature, double milliseconds);
  void forgetInterpreted(const std::string& signature);

 private:
  /// Beyond this many signatures the history starts afresh.
  static constexpr std::size_t kMaxSignatures = 4096;

  struct Entry {
    std::optional<double> speedup = {};
    double interpretedMilliseconds = 0;
  };
  Entry& entry(const std::string& signature);

  mutable std::mutex mutex_;
  std::unordered_map<std::size_t, Entry> bySignature_;
  /// Of the pipelines of TPC-H half gain 2.7 times and more, a quarter 2 and less; forgotten after a few measurements.
  double overall_ = 2.5;
};

}  // namespace basalt
