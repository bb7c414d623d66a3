#include "engine/ExecutionStatistics.h"

namespace basalt {

std::uint64_t ExecutionStatistics::interpretedMorsels() const {
  std::uint64_t morsels = 0;
  for (const PipelineStatistics& pipeline : pipelines) morsels += pipeline.interpreted.morsels;
  return morsels;
}

std::uint64_t ExecutionStatistics::compiledMorsels() const {
  std::uint64_t morsels = 0;
  for (const PipelineStatistics& pipeline : pipelines) morsels += pipeline.compiled.morsels;
  return morsels;
}

}  // namespace basalt
