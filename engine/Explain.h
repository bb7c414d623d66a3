#pragma once

#include <string>

#include "engine/ExecutionStatistics.h"
#include "operators/pipeline/Pipeline.h"

namespace basalt {

/// The operator tree with its expressions, then the pipelines, as text.
std::string explain(const PipelinePlan& plan);

/// The same with what happened: rows per operator; per pipeline the time, the morsels of each engine, when the switch
/// came and why, what compiling took.
std::string explainAnalyze(const PipelinePlan& plan, const ExecutionStatistics& statistics);

}  // namespace basalt
