#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/raw_ostream.h>

#include "codegen/builder/StreamPrefetch.h"
#include "tests/codegen/support/FileCheck.h"

namespace basalt::codegen {
namespace {

/// A loop of `step` rows a round, its rows counted in a variable, as the vectorizer leaves it behind a marked prefetch.
std::string loop(const std::string& step) {
  return R"(
    declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
    define void @f(ptr %values, ptr %following, i64 %count) {
    entry:
      call void @llvm.prefetch.p0(ptr %following, i32 0, i32 3, i32 1), !basalt.stream !0
      %isShort = icmp ult i64 %count, )" +
         step + R"(
      br i1 %isShort, label %done, label %ready
    ready:
      br label %body
    body:
      %row = phi i64 [ 0, %ready ], [ %next, %body ]
      %address = getelementptr i16, ptr %values, i64 %row
      store i16 1, ptr %address
      %next = add i64 %row, )" +
         step + R"(
      %isOver = icmp uge i64 %next, %count
      br i1 %isOver, label %done, label %body
    done:
      ret void
    }
    !0 = !{i64 2}
  )";
}

std::string withPrefetches(const std::string& text) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  const std::unique_ptr<llvm::Module> module = llvm::parseAssemblyString(text, diagnostic, context);
  if (module == nullptr) return "not parsed: " + diagnostic.getMessage().str();
  llvm::FunctionAnalysisManager analyses;
  StreamPrefetchPass().run(*module->getFunction("f"), analyses);
  std::string result;
  llvm::raw_string_ostream stream(result);
  module->print(stream, nullptr);
  if (llvm::verifyModule(*module, &stream)) return "not valid: " + result;
  return result;
}

TEST(StreamPrefetch, RoundsOfSeveralRowsAskForTheirPartOfTheStream) {
  EXPECT_TRUE(matches(withPrefetches(loop("8")), R"(
CHECK: body:
CHECK: [[OFFSET:%.*]] = mul i64 %row, 2
CHECK: [[ADDRESS:%.*]] = getelementptr i8, ptr %following, i64 [[OFFSET]]
CHECK: call void @llvm.prefetch.p0(ptr [[ADDRESS]], i32 0, i32 3, i32 1)
CHECK: br i1 %isOver
)"));
}

TEST(StreamPrefetch, RoundsOfOneRowDoNot) {
  EXPECT_TRUE(matches(withPrefetches(loop("1")), R"(
CHECK: body:
CHECK-NOT: prefetch
CHECK: done:
)"));
}

}  // namespace
}  // namespace basalt::codegen
