#pragma once

#include <cstdint>

#include <llvm/IR/Instructions.h>
#include <llvm/IR/PassManager.h>

namespace basalt::codegen {

/// Says of a prefetch in front of a loop that the loop's rows come with that memory: `bytesPerRow` of it for each, from
/// the prefetched address on.
void markStream(llvm::CallInst& prefetch, std::uint64_t bytesPerRow);

/// Has vectorized loops ask for the memory of such streams while they compute. A prefetch in the loop to begin with
/// would keep LLVM from vectorizing it; and asked for in one go, it would stand in the way of the loop's own loads.
class StreamPrefetchPass : public llvm::PassInfoMixin<StreamPrefetchPass> {
 public:
  static constexpr llvm::StringRef kName = "prefetch-streams";

  // NOLINTNEXTLINE(readability-convert-member-functions-to-static): LLVM calls it so
  llvm::PreservedAnalyses run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses);
};

}  // namespace basalt::codegen
