#pragma once

#include <memory>

#include "codegen/lowering/OperatorLowering.h"

namespace basalt::codegen {

/// The lowering of the pipeline's source; null when there is none for its kind.
std::unique_ptr<SourceLowering> lowerSource(PipelineBuilder& builder);
/// The lowering of step `step`; null when there is none for its kind.
std::unique_ptr<StepLowering> lowerStep(PipelineBuilder& builder, std::size_t step);

/// Whether there is a lowering, for every kind there is: what a completeness test asks.
bool hasLowering(Pipeline::SourceKind kind);
bool hasLowering(Pipeline::StepKind kind);

}  // namespace basalt::codegen
