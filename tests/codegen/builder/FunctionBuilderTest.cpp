#include <gtest/gtest.h>
#include <llvm/IR/LLVMContext.h>

#include "codegen/builder/FunctionBuilder.h"
#include "codegen/builder/KernelValue.h"
#include "runtime/types/StringView.h"
#include "runtime/types/Temporal.h"
#include "tests/codegen/support/TestModule.h"

namespace basalt::codegen {

namespace {

std::string failureOf(FunctionBuilder& b) {
  llvm::Expected<llvm::Function*> function = b.finish(true);
  return function ? "" : llvm::toString(function.takeError());
}

struct Node {
  Node* next;
  std::int64_t value;
};

// A wrong type has to be a compile error, so these are checked by whether the call is well-formed.
template <typename Left, typename Right>
concept Addable = requires(FunctionBuilder& b, Val<Left> left, Val<Right> right) { b.add(left, right); };
static_assert(Addable<std::int64_t, std::int64_t>);
static_assert(!Addable<std::int64_t, std::int32_t>);
static_assert(!Addable<StringView, StringView>);
static_assert(std::is_convertible_v<Val<Node*>, Val<const Node*>>);
static_assert(!std::is_convertible_v<Val<const Node*>, Val<Node*>>);
static_assert(!std::is_convertible_v<Val<Node*>, Val<StringView*>>);
static_assert(formOf<Interval>() == ValueForm::Pair && formOf<Date>() == ValueForm::Int32);

TEST(FunctionBuilder, LoopsBreakContinueAndReturn) {
  TestModule test;
  FunctionBuilder b(test.module(), "sum", Signature::of<std::int64_t(std::int64_t*, std::uint64_t)>(),
                    {"values", "count"});
  auto values = b.argument<std::int64_t*>(0);
  Var<std::int64_t> sum = b.local(b.constant<std::int64_t>(0), "sum");
  // Skips negative values, stops at 100, returns -1 at 200.
  b.forRange(b.constant<std::uint64_t>(0), b.argument<std::uint64_t>(1),
             [&](Val<std::uint64_t> index, FunctionBuilder::Loop& loop) {
               Val<std::int64_t> value = b.loadElement(values, index, "value");
               b.ifThen(unlikely(b.less(value, 0)), [&] { loop.continueLoop(); }, "negative");
               b.ifThen(b.equal(value, 100), [&] { loop.breakLoop(); });
               b.ifThen(b.equal(value, 200), [&] { b.ret(b.constant<std::int64_t>(-1)); });
               sum = b.add(sum.get(), value);
             });
  b.ret(sum.get());
  ASSERT_EQ(failureOf(b), "");
  test.optimise("default<O2>");
  EXPECT_EQ(test.text().find("alloca"), std::string::npos);
  auto* function = test.compile<std::int64_t(std::int64_t*, std::uint64_t)>("sum");
  std::int64_t skipped[] = {1, -5, 2, 3};
  std::int64_t stopped[] = {1, 2, 100, 3};
  std::int64_t returned[] = {1, 200, 100};
  EXPECT_EQ(function(skipped, 4), 6);
  EXPECT_EQ(function(stopped, 4), 3);
  EXPECT_EQ(function(returned, 3), -1);
  EXPECT_EQ(function(nullptr, 0), 0);
}

TEST(FunctionBuilder, WalksAList) {
  TestModule test;
  FunctionBuilder b(test.module(), "walk", Signature::of<std::int64_t(Node*, bool)>(), {"list", "negate"});
  Var<Node*> node = b.local(b.argument<Node*>(0), "node");
  Var<std::int64_t> sum = b.local(b.zero<std::int64_t>(), "sum");
  b.whileNotNull(node, [&](Val<Node*> current) {
    Val<std::int64_t> value = b.load<std::int64_t>(current, offsetof(Node, value), "value");
    sum = b.add(sum.get(), b.choose<std::int64_t>(
                               b.argument<bool>(1), [&] { return b.subtract(b.constant<std::int64_t>(0), value); },
                               [&] { return value; }));
    node = b.load<Node*>(current, offsetof(Node, next), "next");
  });
  b.ret(sum.get());
  ASSERT_EQ(failureOf(b), "");
  test.optimise("always-inline");
  auto* function = test.compile<std::int64_t(Node*, bool)>("walk");
  Node second{nullptr, 4};
  Node first{&second, 3};
  EXPECT_EQ(function(&first, false), 7);
  EXPECT_EQ(function(&first, true), -7);
}

TEST(FunctionBuilder, WhileAndForeverLoops) {
  TestModule test;
  FunctionBuilder b(test.module(), "steps", Signature::of<std::uint32_t(std::uint32_t)>(), {"start"});
  Var<std::uint32_t> number = b.local(b.argument<std::uint32_t>(0), "number");
  Var<std::uint32_t> steps = b.local(b.zero<std::uint32_t>(), "steps");
  // Collatz.
  b.whileTrue([&] { return b.greater(number.get(), 1); },
              [&] {
                Val<bool> odd = b.convert<bool>(b.bitAnd(number.get(), 1));
                b.ifThenElse(
                    odd, [&] { number = b.add(b.multiply(number.get(), 3), 1); },
                    [&] { number = b.shiftRight(number.get(), 1); });
                steps = b.add(steps.get(), 1);
              });
  b.loopForever([&](FunctionBuilder::Loop& loop) {
    b.ifThen(b.greaterOrEqual(steps.get(), 1000), [&] { loop.breakLoop(); });
    steps = b.add(steps.get(), 1000);
  });
  b.ret(steps.get());
  ASSERT_EQ(failureOf(b), "");
  test.optimise("always-inline");
  EXPECT_EQ(test.compile<std::uint32_t(std::uint32_t)>("steps")(27), 1111U);
}

TEST(FunctionBuilder, MemoryFormsOfEveryKernelType) {
  constexpr KernelType kTypes[] = {
      KernelType::Boolean,   KernelType::TinyInt,  KernelType::SmallInt, KernelType::Integer, KernelType::BigInt,
      KernelType::Int128,    KernelType::Real,     KernelType::Double,   KernelType::Date,    KernelType::Time,
      KernelType::Timestamp, KernelType::Interval, KernelType::Varchar,  KernelType::Hash,    KernelType::ValueSet};
  TestModule test;
  FunctionBuilder b(test.module(), "copy", Signature::of<void(std::byte*, std::byte*)>(), {"from", "to"});
  std::uint64_t offset = 1;  // nothing is aligned
  for (KernelType type : kTypes) {
    storeKernelValue(b, b.argument<std::byte*>(1), offset,
                     loadKernelValue(b, type, b.argument<std::byte*>(0), offset, 1, llvm::StringRef(name(type))), 1);
    offset += byteSize(type);
  }
  b.ret();
  ASSERT_EQ(failureOf(b), "");
  test.optimise("default<O2>");
  std::string from(offset, '\1');
  for (std::size_t i = 2; i < from.size(); ++i) {
    from[i] = static_cast<char>(i);
  }
  std::string to(offset, '\0');
  test.compile<void(char*, char*)>("copy")(from.data(), to.data());
  EXPECT_EQ(to.substr(1), from.substr(1));
}

TEST(FunctionBuilder, RelaxedAtomics) {
  llvm::LLVMContext context;
  llvm::Module module("test", context);
  FunctionBuilder b(module, "poll", Signature::of<bool(std::uint32_t*)>(), {"interrupt"});
  Val<std::uint32_t> word = b.loadRelaxed<std::uint32_t>(b.argument<std::uint32_t*>(0), 0, "word");
  b.storeRelaxed(b.argument<std::uint32_t*>(0), 4, word);
  b.ret(b.notEqual(word, 0));
  ASSERT_EQ(failureOf(b), "");
  std::string text;
  llvm::raw_string_ostream(text) << module;
  EXPECT_NE(text.find("%word = load atomic i32, ptr %interrupt monotonic, align 4"), std::string::npos) << text;
  EXPECT_NE(text.find("define zeroext i1 @poll"), std::string::npos) << text;
  EXPECT_NE(text.find("nounwind \"frame-pointer\"=\"all\""), std::string::npos) << text;
  EXPECT_EQ(text.find("uwtable"), std::string::npos) << text;
}

TEST(FunctionBuilder, UnlikelyBranchesCarryWeights) {
  llvm::LLVMContext context;
  llvm::Module module("test", context);
  FunctionBuilder b(module, "check", Signature::of<void(bool)>(), {"failed"});
  b.ifThen(unlikely(b.argument<bool>(0)), [&] { b.ret(); }, "overflow");
  b.ret();
  ASSERT_EQ(failureOf(b), "");
  std::string text;
  llvm::raw_string_ostream(text) << module;
  EXPECT_NE(text.find("br i1 %failed, label %overflow.then, label %overflow.end, !prof"), std::string::npos) << text;
}

TEST(FunctionBuilder, ReportsAMissingResult) {
  llvm::LLVMContext context;
  llvm::Module module("test", context);
  FunctionBuilder b(module, "check", Signature::of<std::int32_t(bool)>(), {"flag"});
  b.ifThen(b.argument<bool>(0), [&] { b.ret(b.constant<std::int32_t>(1)); });
  EXPECT_EQ(failureOf(b), "code generation: a path through check ends without a result");
}

TEST(FunctionBuilder, ReportsTheFirstFailureOnly) {
  TestModule test;
  FunctionBuilder b(test.module(), "check", Signature::of<void()>(), {});
  Val<std::int64_t> result = b.call<std::int64_t>("noSuchFunction", {}, "result");
  b.add(result, 1);
  b.fail("later");
  b.ret();
  EXPECT_EQ(failureOf(b), "code generation: the prelude has no function noSuchFunction");
}

TEST(FunctionBuilder, RefusesArgumentsThatDoNotFitTheCallee) {
  const KernelInfo& kernel = findKernels("add").front();
  TestModule test;
  FunctionBuilder b(test.module(), "check", Signature::of<void()>(), {});
  b.callRaw(kernel.symbol, formOf(kernel.result), {}, "result");
  b.ret();
  EXPECT_EQ(failureOf(b), "code generation: a call does not fit the signature of " + std::string(kernel.symbol));
}

}  // namespace

}  // namespace basalt::codegen
