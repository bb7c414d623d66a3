#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/builder/FunctionBuilder.h"
#include "runtime/ErrorCode.h"
#include "tests/codegen/bindgen/BindgenRun.h"
#include "tests/codegen/support/TestModule.h"

namespace basalt::bindgen {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Bindgen, NamesTheLineOfEveryDeclarationItCannotBind) {
  BindgenRun run("Bad.h");
  EXPECT_EQ(run.result().exitCode, 1) << run.result().output;
  EXPECT_THAT(run.missingMessages(), IsEmpty()) << run.result().output;
  EXPECT_FALSE(run.wrote("codegen/Bindings.h"));
}

TEST(Bindgen, NamesTheKernelThatReachesWhatGeneratedCodeCannotHave) {
  BindgenRun run("Unreachable.h");
  EXPECT_EQ(run.result().exitCode, 1) << run.result().output;
  EXPECT_THAT(run.missingMessages(), IsEmpty()) << run.result().output;
  EXPECT_FALSE(run.wrote("codegen/Bindings.h"));
}

TEST(Bindgen, WritesCatalogsInOneOrder) {
  BindgenRun run("Good.h");
  ASSERT_EQ(run.result().exitCode, 0) << run.result().output;
  EXPECT_THAT(
      run.file("operators/KernelCatalog.inc"),
      HasSubstr("{\"triple\", \"_ZN6basalt7fixture6tripleEiPNS_9ErrorCodeE\", {KernelType::Integer}, "
                "KernelType::Integer, true, false},\n"
                "{\"triple\", \"_ZN6basalt7fixture6tripleEl\", {KernelType::BigInt}, KernelType::BigInt, false, "
                "false},\n"));
  EXPECT_THAT(
      run.file("operators/KernelLoops.inc"),
      HasSubstr("kernelLoop<static_cast<int (*)(int, ::basalt::ErrorCode *) noexcept>(&::basalt::fixture::triple)>(),\n"
                "kernelLoop<static_cast<long (*)(long) noexcept>(&::basalt::fixture::triple)>(),\n"));
  EXPECT_THAT(
      run.file("operators/AggregateCatalog.inc"),
      HasSubstr("{\"count\", {}, KernelType::BigInt, 8, 8, \"_ZN6basalt7fixture5Count10initialiseEPNS1_5StateE\", "));
  EXPECT_THAT(run.file("operators/AggregateCatalog.inc"),
              HasSubstr("8finaliseEPKNS1_5StateEPl\", true, true, false, false, false},\n"));
  EXPECT_THAT(
      run.file("operators/AggregateLoops.inc"),
      HasSubstr("aggregateLoops<::basalt::fixture::Count>(),\naggregateLoops<::basalt::fixture::SumBigInt>(),\n"));
}

TEST(Bindgen, BindsFieldsByTheirKind) {
  BindgenRun run("Good.h");
  ASSERT_EQ(run.result().exitCode, 0) << run.result().output;
  std::string bindings = run.file("codegen/Bindings.h");
  EXPECT_THAT(bindings, HasSubstr("Val<bool> flag(FunctionBuilder& b) const"));
  EXPECT_THAT(bindings, HasSubstr("void setMood(FunctionBuilder& b, Val<::basalt::fixture::Mood> value) const"));
  EXPECT_THAT(bindings, HasSubstr("Val<int> fixed(FunctionBuilder& b) const"));
  EXPECT_THAT(bindings, Not(HasSubstr("setFixed")));
  EXPECT_THAT(bindings, Not(HasSubstr("setInner")));
  EXPECT_THAT(bindings,
              HasSubstr("b.offset<bind::LikePointee<Pointee, ::basalt::fixture::Inner>>(object_, 8, \"inner\")"));
  EXPECT_THAT(bindings, HasSubstr("b.offset<bind::LikePointee<Pointee, int>>(object_, 24, \"counts\")"));
  EXPECT_THAT(bindings, HasSubstr("b.loadRelaxed<unsigned int>(object_, 40, \"interrupt\")"));
  EXPECT_THAT(bindings, HasSubstr("b.load<::basalt::Int128>(object_, 48, \"wide\")"));
}

TEST(Bindgen, HostCompilerRefusesALayoutThatDrifted) {
  BindgenRun run("Good.h");
  ASSERT_EQ(run.result().exitCode, 0) << run.result().output;
  std::string compile = "'" BASALT_CXX_COMPILER "' -std=c++23 -fsyntax-only '-I" BASALT_SOURCE_FOLDER "' '" +
                        run.folder() + "/codegen/LayoutProof.cpp'";
  ProgramResult same = runProgram(compile);
  EXPECT_EQ(same.exitCode, 0) << same.output;
  ProgramResult drifted = runProgram(compile + " -DDRIFT");
  EXPECT_NE(drifted.exitCode, 0);
  EXPECT_THAT(drifted.output, HasSubstr("static assertion failed"));
  EXPECT_THAT(drifted.output, HasSubstr("offsetof(::basalt::fixture::Outer, mood) == 2"));
}

TEST(Bindgen, LeavesUnchangedFilesAlone) {
  BindgenRun first("Good.h");
  ASSERT_EQ(first.result().exitCode, 0) << first.result().output;
  std::filesystem::path bindings = first.folder() + "/codegen/Bindings.h";
  std::filesystem::last_write_time(bindings, std::filesystem::file_time_type{});
  {
    BindgenRun second("Good.h");  // into the same folder
    ASSERT_EQ(second.result().exitCode, 0) << second.result().output;
    EXPECT_EQ(std::filesystem::last_write_time(bindings), std::filesystem::file_time_type{});
  }
}

TEST(Bindgen, AggregatesRunAsCompiled) {
  BindgenRun run("Good.h");
  ASSERT_EQ(run.result().exitCode, 0) << run.result().output;
  std::string bitcode = run.file("codegen/Prelude.bc");
  codegen::TestModule test(bitcode);
  codegen::FunctionBuilder b(test.module(), "sumTwice",
                             codegen::Signature::of<bool(std::int64_t, std::int64_t*, ErrorCode*)>(),
                             {"value", "result", "error"});
  auto state = b.stackBytes(16, 8, "state");
  auto value = b.argument<std::int64_t>(0);
  auto error = b.argument<ErrorCode*>(2);
  const std::string prefix = "_ZN6basalt7fixture9SumBigInt";
  b.call<void>(prefix + "10initialiseEPNS1_5StateE", {state.raw()});
  b.call<void>(prefix + "6updateEPNS1_5StateElPNS_9ErrorCodeE", {state.raw(), value.raw(), error.raw()});
  b.call<void>(prefix + "6updateEPNS1_5StateElPNS_9ErrorCodeE", {state.raw(), value.raw(), error.raw()});
  b.ret(
      b.call<bool>(prefix + "8finaliseEPKNS1_5StateEPl", {state.raw(), b.argument<std::int64_t*>(1).raw()}, "notNull"));
  llvm::Expected<llvm::Function*> function = b.finish(true);
  ASSERT_TRUE(bool(function)) << llvm::toString(function.takeError());
  test.optimise("default<O2>");
  EXPECT_THAT(test.text(), Not(HasSubstr("call void @_ZN")));
  auto* sumTwice = test.compile<bool(std::int64_t, std::int64_t*, ErrorCode*)>("sumTwice");
  std::int64_t result = 0;
  ErrorCode code = ErrorCode::None;
  EXPECT_TRUE(sumTwice(21, &result, &code));
  EXPECT_EQ(result, 42);
  EXPECT_EQ(code, ErrorCode::None);
  sumTwice(INT64_MAX, &result, &code);
  EXPECT_EQ(code, ErrorCode::NumericOverflow);
}

/// A header that is forgotten there would silently be missing in compiled code and in the catalogs.
TEST(Prelude, NamesEveryAnnotatedHeader) {
  std::string root = BASALT_SOURCE_FOLDER;
  std::ifstream preludeFile(root + "/codegen/prelude/Prelude.cpp");
  std::string prelude(std::istreambuf_iterator<char>(preludeFile), {});
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root + "/runtime")) {
    if (entry.path().extension() != ".h" || entry.path().filename() == "Annotations.h") {
      continue;
    }
    std::ifstream file(entry.path());
    std::string text(std::istreambuf_iterator<char>(file), {});
    for (const char* mark :
         {"BASALT_KERNEL(", "BASALT_PRELUDE ", "BASALT_EXPORT ", "BASALT_SHARED ", "BASALT_AGGREGATE("}) {
      if (text.find(mark) != std::string::npos) {
        std::string path = entry.path().string().substr(root.size() + 1);
        EXPECT_NE(prelude.find(path), std::string::npos) << path << " is not in codegen/prelude/Prelude.cpp";
        break;
      }
    }
  }
}

}  // namespace

}  // namespace basalt::bindgen
