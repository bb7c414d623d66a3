#include "operators/pipeline/CompileEstimate.h"

#include <algorithm>

namespace basalt {

namespace {

struct Sample {
  double work;
  double milliseconds;
};
/// The line through all pipelines of TPC-H, measured on an Intel Xeon (Sapphire Rapids, 2.6 GHz).
constexpr Sample kMeasured[] = {{500, 18}, {1000, 28}, {2000, 48}, {3000, 68}};
constexpr double kLeastMilliseconds = 1;
/// What the first compilation of a process takes besides: LLVM sets its tables up.
constexpr double kFirstMilliseconds = 5;

// From the same measurement, in which a node took 0.02 ms.

/// A column that a scan reads is loaded in several loops, most of them vector code.
constexpr std::uint64_t kScannedColumn = 170;
constexpr std::uint64_t kFilter = 300;
constexpr std::uint64_t kRowColumn = 40;
constexpr std::uint64_t kProbe = 570;
constexpr std::uint64_t kAggregation = 180;
constexpr std::uint64_t kGroupKey = 130;

std::uint64_t sourceWork(const Pipeline::Source& source) {
  if (source.kind != Pipeline::SourceKind::TableScan) return source.spec->output.size() * kRowColumn;
  const auto& scan = static_cast<const ScanSpec&>(*source.spec);
  return scan.readColumns.size() * kScannedColumn + (scan.filter ? kFilter : 0);
}

std::uint64_t stepWork(const Pipeline::Step& step) {
  switch (step.kind) {
    case Pipeline::StepKind::Probe:
      return kProbe;
    case Pipeline::StepKind::Aggregate:
    case Pipeline::StepKind::Deduplicate:
      return kAggregation + aggregationInput(step).keys.size() * kGroupKey;
    default:
      return 1;
  }
}

}  // namespace

std::uint64_t compilingWork(const Pipeline& pipeline) {
  std::uint64_t work = sourceWork(pipeline.source);
  for (const Pipeline::Step& step : pipeline.steps) work += stepWork(step);
  visitPipelineExpressions(pipeline, [&](const Expression& root, const OperatorSpec&) {
    visitExpressions(root, [&](const Expression&) { ++work; });
  });
  return work;
}

CompileEstimate::CompileEstimate() {
  for (const Sample& sample : kMeasured) add(sample.work, sample.milliseconds);
}

void CompileEstimate::add(double work, double milliseconds) {
  weight_ += 1;
  works_ += work;
  times_ += milliseconds;
  worksSquared_ += work * work;
  worksByTimes_ += work * milliseconds;
}

void CompileEstimate::learn(std::uint64_t work, double milliseconds) {
  const std::lock_guard lock(mutex_);
  if (isFirst_) {
    isFirst_ = false;
    milliseconds = std::max(kLeastMilliseconds, milliseconds - kFirstMilliseconds);
  }
  for (double* sum : {&weight_, &works_, &times_, &worksSquared_, &worksByTimes_}) *sum *= kFading;
  add(static_cast<double>(work), milliseconds);
}

double CompileEstimate::milliseconds(std::uint64_t work) const {
  const std::lock_guard lock(mutex_);
  const double spread = weight_ * worksSquared_ - works_ * works_;
  const double mean = times_ / weight_;
  // When all compilations were of one size, nothing is known but their mean.
  if (spread <= 0) return mean;
  const double slope = std::max(0.0, (weight_ * worksByTimes_ - works_ * times_) / spread);
  const double first = isFirst_ ? kFirstMilliseconds : 0;
  return first + std::max(kLeastMilliseconds, mean + slope * (static_cast<double>(work) - works_ / weight_));
}

}  // namespace basalt
