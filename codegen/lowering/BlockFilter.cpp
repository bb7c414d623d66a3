#include "codegen/lowering/BlockFilter.h"

#include <algorithm>

#include <llvm/IR/Intrinsics.h>

namespace basalt::codegen {

namespace {

/// Has the vectorizer take the loop that this branch closes; it leaves all others alone.
void markVectorizable(llvm::Instruction* latch) {
  llvm::LLVMContext& context = latch->getContext();
  llvm::Metadata* enable[] = {llvm::MDString::get(context, "llvm.loop.vectorize.enable"),
                              llvm::ConstantAsMetadata::get(llvm::ConstantInt::getTrue(context))};
  // A loop's metadata begins with a reference to itself, which makes it distinct.
  llvm::MDNode* loop = llvm::MDNode::getDistinct(context, {nullptr, llvm::MDNode::get(context, enable)});
  loop->replaceOperandWith(0, loop);
  latch->setMetadata(llvm::LLVMContext::MD_loop, loop);
}

}  // namespace

std::vector<ExpressionPointer> BlockFilter::take(std::span<const ExpressionPointer> conjuncts,
                                                 llvm::function_ref<bool(const Expression&)> canTest) {
  std::vector<ExpressionPointer> others;
  bool failed = false;
  for (const ExpressionPointer& conjunct : conjuncts) {
    // Whether a condition fails must not depend on conditions behind it.
    failed = failed || mayFail(*conjunct);
    (!failed && canTest(*conjunct) ? conditions_ : others).push_back(conjunct);
  }
  return others;
}

void BlockFilter::setup() {
  matches_ = p.stackBytes(PipelineBuilder::kBlockRows + kStride, kStride, label_ + ".matches");
  begin_.emplace(p.local<std::uint64_t>(label_ + ".blockBegin"));
  base_.emplace(p.local<std::uint64_t>(label_ + ".base"));
  next_.emplace(p.local<std::uint64_t>(label_ + ".next"));
}

void BlockFilter::beginBlock(Val<std::uint64_t> begin, Val<std::uint64_t> end, RowAt rowAt) {
  *begin_ = begin;
  Val<std::uint64_t> count = p.subtract(end, Operand(begin), label_ + ".blockRows");
  // index = 0; do { matches[index] = condition & condition...; } while (++index < count);
  Var<std::uint64_t> index = p.local(p.constant<std::uint64_t>(0), label_ + ".index");
  llvm::BasicBlock* body = nullptr;
  p.loopForever(
      [&](FunctionBuilder::Loop& loop) {
        const Row row = rowAt(p.add(begin, Operand(index.get())));
        Val<bool> isMatch = expressions_.isTrue(*conditions_.front(), row);
        for (const ExpressionPointer& condition : std::span(conditions_).subspan(1)) {
          isMatch = p.bitAnd(isMatch, Operand(expressions_.isTrue(*condition, row)), label_ + ".isMatch");
        }
        p.store<bool>(p.element(*matches_, index.get()), 0, isMatch);
        index = p.add(index.get(), 1);
        p.ifThen(p.greaterOrEqual(index.get(), Operand(count)), [&] { loop.breakLoop(); }, label_ + ".tested");
        body = p.ir().GetInsertBlock();
      },
      label_ + ".test");
  markVectorizable(body->getTerminator());
  // matches[count...] = 0
  p.storeRaw(p.element(*matches_, Operand(count)).value(), 0, p.constant<std::uint64_t>(0).raw(), 1);
  loadNext(begin);
}

void BlockFilter::loadNext(Val<std::uint64_t> base) {
  // base = ...; next = eight bytes at matches[base - begin]
  *base_ = base;
  Val<std::uint64_t> offset = p.subtract(base, Operand(begin_->get()), label_ + ".offset");
  *next_ =
      Val<std::uint64_t>(p.loadRaw(ValueForm::Int64, p.element(*matches_, offset).value(), 0, 1, label_ + ".next"));
}

void BlockFilter::findMatch(llvm::function_ref<void(Val<std::uint64_t>)> match) {
  Val<std::uint64_t> next = next_->get();
  p.ifThenElse(
      p.equal(next, 0),
      [&] {
        // if (next == 0) go on with the eight rows behind;
        Val<std::uint64_t> base = p.add(base_->get(), kStride, label_ + ".base");
        loadNext(base);
        p.moveTo(p.subtract(p.minimum(base, Operand(p.blockEnd())), 1, label_ + ".passedOver"));
      },
      [&] {
        // else the first row matches whose byte is not 0; clear that byte
        llvm::Value* zeros = p.ir().CreateBinaryIntrinsic(llvm::Intrinsic::cttz, next.value(), p.ir().getTrue());
        Val<std::uint64_t> found = p.add(base_->get(), p.shiftRight(Val<std::uint64_t>(zeros), 3), label_ + ".match");
        *next_ = p.bitAnd(next, Operand(p.subtract(next, 1)), label_ + ".next");
        p.moveTo(found);
        match(found);
      },
      label_ + ".findMatch");
}

}  // namespace basalt::codegen
