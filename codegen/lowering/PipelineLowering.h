#pragma once

#include <string_view>

#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>

#include "codegen/builder/Target.h"
#include "operators/pipeline/PipelineFacts.h"

namespace basalt::codegen {

/// Emits `std::int32_t name(PipelineState*, WorkerState*, Morsel*)`, which runs `pipeline` over a morsel as
/// PipelineState.h lays down, for runs in which `facts` hold, into a module from loadPrelude(). Besides on the
/// processor the code depends on PipelineFacts::signatureOf alone: two pipelines that differ in literals only give the
/// same code. Fails, leaving the module unusable, with what could not be lowered.
llvm::Expected<llvm::Function*> lowerPipeline(llvm::Module& module, std::string_view name, const Pipeline& pipeline,
                                              const PipelineFacts& facts, const TargetCpu& cpu, bool verify);

/// A measure of the code's size that is known without emitting it: expressions and columns that are touched, and steps.
std::uint64_t loweringSize(const Pipeline& pipeline);

}  // namespace basalt::codegen
