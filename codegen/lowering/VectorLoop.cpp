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

void forEachStretch(PipelineBuilder& p, Val<std::uint64_t> count, Operand<std::uint64_t> most,
                    llvm::function_ref<void(Val<std::uint64_t>, Val<std::uint64_t>)> body, const std::string& name) {
  Var<std::uint64_t> next = p.local(p.constant<std::uint64_t>(0), name + ".begin");
  p.whileTrue([&] { return p.less(next.get(), Operand(count)); },
              [&] {
                Val<std::uint64_t> begin = next.get();
                Val<std::uint64_t> left = p.subtract(count, Operand(begin));
                Val<std::uint64_t> rows = p.minimum(left, most);
                body(begin, rows);
                next = p.add(begin, Operand(rows));
              },
              name);
}

void emitLongVectorLoop(PipelineBuilder& p, Val<std::uint64_t> count, llvm::function_ref<void(Val<std::uint64_t>)> body,
                        const std::string& name, llvm::function_ref<void(Val<std::uint64_t>)> behindStrip) {
  constexpr std::uint64_t kLongestVector = 32;
  Val<std::uint64_t> whole = p.bitAnd(count, ~(kLongestVector - 1), name + ".whole");
  if (!behindStrip) {
    p.ifThen(p.notEqual(whole, 0), [&] { emitVectorLoop(p, whole, body, name); }, name + ".vectors");
  } else {
    // for each strip { for (index < rows) { body(strip + index) } behindStrip(strip) }
    forEachStretch(
        p, whole, kStripRows,
        [&](Val<std::uint64_t> strip, Val<std::uint64_t> rows) {
          emitVectorLoop(p, rows, [&](Val<std::uint64_t> index) { body(p.add(strip, Operand(index))); }, name);
          behindStrip(strip);
        },
        name + ".strips");
  }
  p.forRange(whole, count, body, name + ".rest");
}

}  // namespace basalt::codegen
