#include "engine/PipelineHistory.h"

#include <algorithm>
#include <functional>

namespace basalt {

PipelineHistory::Entry& PipelineHistory::entry(const std::string& signature) {
  if (bySignature_.size() >= kMaxSignatures) bySignature_.clear();
  return bySignature_[std::hash<std::string>()(signature)];
}

double PipelineHistory::expectedSpeedup(const std::string& signature) const {
  const std::scoped_lock lock(mutex_);
  const auto known = bySignature_.find(std::hash<std::string>()(signature));
  return known == bySignature_.end() ? overall_ : known->second.speedup.value_or(overall_);
}

void PipelineHistory::recordSpeedup(const std::string& signature, double speedup) {
  const double clamped = std::clamp(speedup, 0.2, 20.0);
  const std::scoped_lock lock(mutex_);
  overall_ = 0.75 * overall_ + 0.25 * clamped;
  std::optional<double>& known = entry(signature).speedup;
  known = known ? 0.5 * *known + 0.5 * clamped : clamped;
}

double PipelineHistory::addInterpreted(const std::string& signature, double milliseconds) {
  const std::scoped_lock lock(mutex_);
  return entry(signature).interpretedMilliseconds += milliseconds;
}

void PipelineHistory::forgetInterpreted(const std::string& signature) {
  const std::scoped_lock lock(mutex_);
  entry(signature).interpretedMilliseconds = 0;
}

}  // namespace basalt
