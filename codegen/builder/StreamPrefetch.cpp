#include "codegen/builder/StreamPrefetch.h"

#include <vector>

#include <llvm/IR/CFG.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Metadata.h>

namespace basalt::codegen {

namespace {

constexpr llvm::StringRef kMark = "basalt.stream";

struct Stream {
  llvm::CallInst* prefetch;
  llvm::ConstantInt* bytesPerRow;
};

std::vector<Stream> streamsOf(llvm::Function& function) {
  std::vector<Stream> streams;
  for (llvm::BasicBlock& block : function) {
    for (llvm::Instruction& instruction : block) {
      const llvm::MDNode* const mark = instruction.getMetadata(kMark);
      if (mark == nullptr) continue;
      streams.push_back(
          {llvm::cast<llvm::CallInst>(&instruction), llvm::mdconst::extract<llvm::ConstantInt>(mark->getOperand(0))});
    }
  }
  return streams;
}

/// The number of the first row that a round of the loop works on, if `body` is a loop of several rows a round.
llvm::PHINode* rowOfRound(llvm::BasicBlock& body) {
  if (llvm::none_of(llvm::successors(&body), [&](const llvm::BasicBlock* next) { return next == &body; })) {
    return nullptr;
  }
  for (llvm::PHINode& phi : body.phis()) {
    const auto* const next = llvm::dyn_cast<llvm::BinaryOperator>(phi.getIncomingValueForBlock(&body));
    if (next == nullptr || next->getOpcode() != llvm::Instruction::Add || next->getOperand(0) != &phi) continue;
    const auto* const step = llvm::dyn_cast<llvm::ConstantInt>(next->getOperand(1));
    if (step != nullptr && step->getValue().ugt(1)) return &phi;
  }
  return nullptr;
}

/// The same for the vectorized loop behind a block, whose rounds are prepared in a block between them.
llvm::PHINode* rowOfLoopBehind(llvm::BasicBlock& block) {
  for (llvm::BasicBlock* next : llvm::successors(&block)) {
    if (llvm::PHINode* const row = rowOfRound(*next)) return row;
    for (llvm::BasicBlock* second : llvm::successors(next)) {
      if (llvm::PHINode* const row = rowOfRound(*second)) return row;
    }
  }
  return nullptr;
}

}  // namespace

void markStream(llvm::CallInst& prefetch, std::uint64_t bytesPerRow) {
  llvm::LLVMContext& context = prefetch.getContext();
  auto* bytes = llvm::ConstantInt::get(llvm::Type::getInt64Ty(context), bytesPerRow);
  prefetch.setMetadata(kMark, llvm::MDNode::get(context, llvm::ConstantAsMetadata::get(bytes)));
}

llvm::PreservedAnalyses StreamPrefetchPass::run(llvm::Function& function, llvm::FunctionAnalysisManager& /*analyses*/) {
  for (const auto& [prefetch, bytesPerRow] : streamsOf(function)) {
    llvm::PHINode* const row = rowOfLoopBehind(*prefetch->getParent());
    if (row == nullptr) continue;
    llvm::IRBuilder<> ir(row->getParent()->getTerminator());
    llvm::Value* const offset = ir.CreateMul(row, bytesPerRow, "stream.offset");
    llvm::Value* const address = ir.CreatePtrAdd(prefetch->getArgOperand(0), offset, "stream.address");
    auto* const ahead = llvm::cast<llvm::CallInst>(prefetch->clone());
    ahead->setArgOperand(0, address);
    ahead->setMetadata(kMark, nullptr);
    ir.Insert(ahead);
  }
  return llvm::PreservedAnalyses::none();
}

}  // namespace basalt::codegen
