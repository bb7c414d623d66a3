#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/Bindings.h"
#include "codegen/Prelude.h"
#include "codegen/Symbols.h"
#include "codegen/builder/KernelValue.h"
#include "operators/KernelCatalog.h"
#include "tests/codegen/support/TestModule.h"

namespace basalt::codegen {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string failureOf(FunctionBuilder& b) {
  llvm::Expected<llvm::Function*> function = b.finish(true);
  return function ? "" : llvm::toString(function.takeError());
}

// Wrong argument types do not compile.
template <typename... Arguments>
concept CallsIsValid = requires(FunctionBuilder& b, Arguments... arguments) { bind::isValid(b, arguments...); };
static_assert(CallsIsValid<Val<const std::uint8_t*>, Val<std::uint64_t>>);
static_assert(CallsIsValid<Val<std::uint8_t*>, Val<std::uint64_t>>, "const may be added");
static_assert(!CallsIsValid<Val<const std::uint8_t*>, Val<std::uint32_t>>);
static_assert(!CallsIsValid<Val<const char*>, Val<std::uint64_t>>);
static_assert(!CallsIsValid<Val<std::uint64_t>, Val<const std::uint8_t*>>);

template <typename Pointee>
concept SetsPosition =
    requires(FunctionBuilder& b, Val<Pointee*> m, Val<std::uint64_t> value) { bind::Morsel(m).setPosition(b, value); };
static_assert(SetsPosition<Morsel>);
static_assert(!SetsPosition<const Morsel>);

/// KernelInfo of one overload.
const KernelInfo& kernel(std::string_view name, KernelType firstArgument) {
  for (const KernelInfo& info : findKernels(name)) {
    if (info.arguments[0] == firstArgument) {
      return info;
    }
  }
  throw std::runtime_error("no such kernel");
}

TEST(Bindings, FieldsAndKernelsAndExports) {
  TestModule test;
  // Sums the valid rows of a column, advancing the morsel.
  FunctionBuilder b(test.module(), "scan", Signature::of<std::int64_t(Morsel*, WorkerState*)>(), {"morsel", "worker"});
  bind::Morsel morsel(b.argument<Morsel*>(0));
  bind::WorkerState worker(b.argument<WorkerState*>(1));
  bind::ColumnSlice column(morsel.columns(b));
  Val<const std::uint8_t*> validity = column.validity(b);
  auto values = b.pointerCast<const std::int64_t*>(column.values(b));
  Var<std::int64_t> sum = b.local(b.zero<std::int64_t>(), "sum");
  b.forRange(morsel.position(b), morsel.end(b), [&](Val<std::uint64_t> row) {
    b.ifThen(bind::isValid(b, validity, row), [&] {
      sum = bind::addBigInt(b, sum.get(), b.loadElement(values, row, "value"), worker.addressOfErrorCode(b));
    });
    morsel.setPosition(b, b.add(row, 1));
  });
  b.ret(sum.get());
  ASSERT_EQ(failureOf(b), "");
  test.optimise("default<O2>");
  EXPECT_THAT(test.text(), Not(HasSubstr("@_ZN"))) << "every kernel is inlined, none is left behind";
  auto* scan = test.compile<std::int64_t(Morsel*, WorkerState*)>("scan");

  std::int64_t stored[] = {1, 2, 4, 8};
  std::uint8_t valid = 0b1101;
  ColumnSlice slice{reinterpret_cast<const std::byte*>(stored), &valid, nullptr, nullptr};
  Morsel range{0, 4, &slice, nullptr, nullptr};
  WorkerState state{};
  EXPECT_EQ(scan(&range, &state), 13);
  EXPECT_EQ(range.position, 4U);
  EXPECT_EQ(state.errorCode, ErrorCode::None);
  stored[0] = INT64_MAX;
  range.position = 0;
  scan(&range, &state);
  EXPECT_EQ(state.errorCode, ErrorCode::NumericOverflow);
}

TEST(Bindings, StringsTravelAsTwoWords) {
  TestModule test;
  FunctionBuilder b(test.module(), "same", Signature::of<bool(std::byte*, char*, StringView*)>(),
                    {"offsets", "heap", "other"});
  Val<StringView> text =
      bind::stringAt(b, b.argument<std::byte*>(0), b.argument<char*>(1), b.constant<std::uint64_t>(1));
  Val<StringView> other = b.load<StringView>(b.argument<StringView*>(2), 0, "other");
  b.ret(bind::equalVarchar(b, text, other));
  ASSERT_EQ(failureOf(b), "");
  test.optimise("default<O2>");
  auto* same = test.compile<bool(const std::uint64_t*, const char*, const StringView*)>("same");
  const std::uint64_t offsets[] = {0, 2, 26};
  const char heap[] = "xxa string of 24 characters";
  StringView equal = StringView::make(std::string_view(heap).substr(2, 24));
  StringView longer = StringView::make(std::string_view(heap).substr(2, 25));
  EXPECT_TRUE(same(offsets, heap, &equal));
  EXPECT_FALSE(same(offsets, heap, &longer));
}

TEST(Bindings, WideIntegersTravelInHalves) {
  TestModule test;
  FunctionBuilder b(test.module(), "add", Signature::of<void(Int128*, Int128*, ErrorCode*)>(),
                    {"left", "right", "error"});
  auto left = b.argument<Int128*>(0);
  b.store(left, 0,
          bind::addInt128(b, b.load<Int128>(left), b.load<Int128>(b.argument<Int128*>(1)), b.argument<ErrorCode*>(2)));
  b.ret();
  ASSERT_EQ(failureOf(b), "");
  test.optimise("default<O2>");
  auto* add = test.compile<void(Int128*, Int128*, ErrorCode*)>("add");
  Int128 a = Int128{1} << 100;
  Int128 c = -5;
  ErrorCode error = ErrorCode::None;
  add(&a, &c, &error);
  EXPECT_TRUE(a == (Int128{1} << 100) - 5);
  EXPECT_EQ(error, ErrorCode::None);
}

TEST(Kernels, EveryKernelOfTheCatalogCanBeCalledAndInlined) {
  TestModule test;
  std::size_t number = 0;
  for (const KernelInfo& info : kernelCatalog()) {
    // void kernelN(const std::byte* values, std::byte* result, ErrorCode*, StringArena*), values 16 bytes apart
    FunctionBuilder b(test.module(), "kernel" + std::to_string(number++),
                      Signature::of<void(std::byte*, std::byte*, ErrorCode*, StringArena*)>(),
                      {"values", "result", "error", "arena"});
    std::vector<KernelValue> arguments;
    for (KernelType type : info.arguments) {
      arguments.push_back(loadKernelValue(b, type, b.argument<std::byte*>(0), arguments.size() * 16, 8));
    }
    KernelValue result = callKernel(b, info, arguments, b.argument<ErrorCode*>(2), b.argument<StringArena*>(3));
    storeKernelValue(b, b.argument<std::byte*>(1), 0, result, 8);
    b.ret();
    ASSERT_EQ(failureOf(b), "") << info.symbol;
  }
  test.optimise("always-inline");
  for (const KernelInfo& info : kernelCatalog()) {
    EXPECT_EQ(test.module().getFunction(info.symbol), nullptr) << info.symbol;
  }
}

TEST(Kernels, CallKernelChecksTypesThatLookAlike) {
  TestModule test;
  FunctionBuilder b(test.module(), "check", Signature::of<void(ErrorCode*, StringArena*)>(), {"error", "arena"});
  const KernelInfo& equal = kernel("equal", KernelType::Date);
  KernelValue integer{KernelType::Integer, b.constant<std::int32_t>(1).raw()};
  KernelValue arguments[] = {integer, integer};
  callKernel(b, equal, arguments, b.argument<ErrorCode*>(0), b.argument<StringArena*>(1));
  b.ret();
  EXPECT_EQ(failureOf(b), "code generation: wrong argument types in a call of " + std::string(equal.symbol));
}

TEST(Kernels, CatalogIsOrderedForLookup) {
  EXPECT_TRUE(std::ranges::is_sorted(kernelCatalog(), {}, &KernelInfo::name));
  EXPECT_TRUE(std::ranges::is_sorted(aggregateCatalog(), {}, &AggregateInfo::name));
  EXPECT_TRUE(findKernels("no such function").empty());
}

TEST(Prelude, UnusedFunctionsLeaveNothing) {
  TestModule test;
  FunctionBuilder b(test.module(), "nothing", Signature::of<std::int32_t()>(), {});
  b.ret(b.constant<std::int32_t>(7));
  ASSERT_EQ(failureOf(b), "");
  test.optimise("always-inline");
  EXPECT_EQ(test.module().size(), 1U) << test.text();
  EXPECT_TRUE(test.module().global_empty()) << test.text();
  EXPECT_EQ(test.compile<std::int32_t()>("nothing")(), 7);
}

TEST(Prelude, FitsAnyTargetAndNeverUnwinds) {
  llvm::LLVMContext context;
  llvm::Expected<std::unique_ptr<llvm::Module>> prelude = loadPrelude(context);
  ASSERT_TRUE(bool(prelude)) << llvm::toString(prelude.takeError());
  ASSERT_FALSE(bool((*prelude)->materializeAll()));
  for (const llvm::Function& function : **prelude) {
    if (function.isIntrinsic()) {
      continue;
    }
    std::string name = function.getName().str();
    EXPECT_FALSE(function.hasFnAttribute("target-cpu")) << name;
    EXPECT_FALSE(function.hasFnAttribute("target-features")) << name;
    EXPECT_TRUE(function.doesNotThrow()) << name;
    EXPECT_EQ(function.getUWTableKind(), llvm::UWTableKind::None) << name;
    EXPECT_TRUE(function.isDeclaration() || function.hasInternalLinkage()) << name;
  }
  attachTarget(**prelude, {"x86-64", "+sse2"});
  EXPECT_EQ((*prelude)->getFunction(kernelCatalog().front().symbol)->getFnAttribute("target-cpu").getValueAsString(),
            "x86-64");
}

TEST(Prelude, EveryDeclaredFunctionHasAnAddress) {
  llvm::LLVMContext context;
  llvm::Expected<std::unique_ptr<llvm::Module>> prelude = loadPrelude(context);
  ASSERT_TRUE(bool(prelude)) << llvm::toString(prelude.takeError());
  std::set<std::string_view> addresses;
  for (const Symbol& symbol : exportedSymbols()) {
    EXPECT_NE(symbol.address, nullptr) << symbol.name;
    EXPECT_TRUE(addresses.insert(symbol.name).second) << symbol.name;
  }
  for (const llvm::Function& function : **prelude) {
    if (function.isDeclaration() && !function.isIntrinsic()) {
      EXPECT_TRUE(addresses.contains(std::string_view(function.getName()))) << function.getName().str();
    }
  }
  EXPECT_EQ(preludeFingerprint().size(), 32U);
}

}  // namespace

}  // namespace basalt::codegen
