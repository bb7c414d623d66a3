#include "codegen/lowering/VectorLoop.h"

namespace basalt::codegen {

namespace {

llvm::MDNode* property(llvm::LLVMContext& context, llvm::StringRef name, llvm::Metadata* value) {
  return llvm::MDNode::get(context, {llvm::MDString::get(context, name), value});
}

/// Has the vectorizer take the loop which begins with `header` and which `latch` closes; it leaves all others alone.
/// Columns and results never overlap, so it need not ask at run time. One vector at a time: the loop waits for memory,
/// not for instructions, and a longer one takes longer to compile.
void markVectorizable(llvm::BasicBlock& header, llvm::Instruction* latch) {
  llvm::LLVMContext& context = header.getContext();
  llvm::MDNode* accesses = llvm::MDNode::getDistinct(context, {});
  for (llvm::Instruction& instruction : header) {
    // What is inlined takes over its call's mark.
    if (instruction.mayReadOrWriteMemory()) {
      instruction.setMetadata(llvm::LLVMContext::MD_access_group, accesses);
    }
  }
  auto* isTrue = llvm::ConstantAsMetadata::get(llvm::ConstantInt::getTrue(context));
  auto* one = llvm::ConstantAsMetadata::get(llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), 1));
  // A loop's metadata begins with a reference to itself, which makes it distinct.
  llvm::MDNode* properties =
      llvm::MDNode::getDistinct(context, {nullptr, property(context, "llvm.loop.vectorize.enable", isTrue),
                                          property(context, "llvm.loop.interleave.count", one),
                                          property(context, "llvm.loop.parallel_accesses", accesses)});
  properties->replaceOperandWith(0, properties);
  latch->setMetadata(llvm::LLVMContext::MD_loop, properties);
}

}  // namespace

void emitVectorLoop(PipelineBuilder& p, Val<std::uint64_t> count, llvm::function_ref<void(Val<std::uint64_t>)> body,
                    const std::string& name) {
  // index = 0; do { body(index) } while (++index < count);
  Var<std::uint64_t> index = p.local(p.constant<std::uint64_t>(0), name + ".index");
  llvm::BasicBlock* header = nullptr;
  llvm::BasicBlock* latch = nullptr;
  p.loopForever(
      [&](FunctionBuilder::Loop& loop) {
        header = p.ir().GetInsertBlock();
        body(index.get());
        index = p.add(index.get(), 1);
        p.ifThen(p.greaterOrEqual(index.get(), Operand(count)), [&] { loop.breakLoop(); }, name + ".done");
        latch = p.ir().GetInsertBlock();
      },
      name);
  // Some processors are taken for slower with vectors of 64 bytes. These loops have been measured: they are faster.
  p.function().addFnAttr("prefer-vector-width", "512");
  markVectorizable(*header, latch->getTerminator());
}

void emitLongVectorLoop(PipelineBuilder& p, Val<std::uint64_t> count, llvm::function_ref<void(Val<std::uint64_t>)> body,
                        const std::string& name, llvm::function_ref<void(Val<std::uint64_t>)> behindStrip) {
  constexpr std::uint64_t kLongestVector = 32;
  Val<std::uint64_t> whole = p.bitAnd(count, ~(kLongestVector - 1), name + ".whole");
  if (!behindStrip) {
    p.ifThen(p.notEqual(whole, 0), [&] { emitVectorLoop(p, whole, body, name); }, name + ".vectors");
  } else {
    // for (strip = 0; strip < whole; strip += rows) { for (index < rows) { body(strip + index) } behindStrip(strip) }
    Var<std::uint64_t> next = p.local(p.constant<std::uint64_t>(0), name + ".next");
    p.whileTrue([&] { return p.less(next.get(), Operand(whole)); },
                [&] {
                  Val<std::uint64_t> strip = next.get();
                  Val<std::uint64_t> left = p.subtract(whole, Operand(strip));
                  Val<std::uint64_t> rows = p.select(p.less(left, kStripRows), left, p.constant(kStripRows));
                  emitVectorLoop(p, rows, [&](Val<std::uint64_t> index) { body(p.add(strip, Operand(index))); }, name);
                  behindStrip(strip);
                  next = p.add(strip, Operand(rows));
                },
                name + ".strips");
  }
  p.forRange(whole, count, body, name + ".rest");
}

}  // namespace basalt::codegen
