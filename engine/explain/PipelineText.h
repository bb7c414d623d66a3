#pragma once

#include <string>

#include "engine/ExecutionStatistics.h"
#include "operators/pipeline/Pipeline.h"

namespace basalt {

/// "Pipeline 2: Scan#4 lineitem > HashJoin#2 > HashAggregation#1", without a line break.
std::string pipelineTitle(const Pipeline& pipeline);

/// What happened in a pipeline, in indented lines.
std::string pipelineStatisticsText(const PipelineStatistics& statistics);

}  // namespace basalt
