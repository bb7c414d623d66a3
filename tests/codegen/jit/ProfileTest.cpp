#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/Object/ObjectFile.h>

#include "codegen/Prelude.h"
#include "codegen/jit/IrListing.h"
#include "codegen/jit/JitCompiler.h"
#include "codegen/lowering/PipelineLowering.h"
#include "runtime/ExecutionError.h"
#include "tests/codegen/support/TestPlans.h"

namespace basalt::codegen {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string readText(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// The bytes of an object's code.
std::string codeOf(const llvm::MemoryBuffer& bytes) {
  auto object = llvm::object::ObjectFile::createObjectFile(bytes);
  if (!object) throw std::runtime_error(llvm::toString(object.takeError()));
  std::string code;
  for (const llvm::object::SectionRef& section : (*object)->sections()) {
    if (section.isText()) code += llvm::cantFail(section.getContents()).str();
  }
  return code;
}

class ProfileTest : public ::testing::Test {
 protected:
  ProfileTest() {
    std::string pattern = (fs::temp_directory_path() / "basalt-profile-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~ProfileTest() override { fs::remove_all(folder_); }

  PipelinePlan plan() const {
    const PlanBuilder items = PlanBuilder::scan("items", {"i_id", "i_group", "i_note"}, sql("i_id < 1000"));
    return tables_.pipelines(items.hashJoin(PlanBuilder::scan("groups"), {col("i_group")}, {col("g_id")})
                                 .aggregate({{"note", sql("upper(i_note)")}}, {{"total", "sum", sql("i_id + 1")}}));
  }
  JitOptions options() const {
    JitOptions options;
    options.host.profileFolder = folder_;
    return options;
  }
  /// Files below the folder whose names end so.
  std::vector<fs::path> files(std::string_view ending) const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.path().string().ends_with(ending)) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
  }

  TestTables tables_;
  fs::path folder_;
};

TEST_F(ProfileTest, EveryInstructionLeadsToItsLine) {
  llvm::LLVMContext context;
  auto module = llvm::cantFail(loadPrelude(context));
  llvm::Function* function =
      llvm::cantFail(lowerPipeline(*module, "pipeline", plan().pipelines[1], {}, TargetCpu::host(), true));
  const std::string listing =
      attachListing(*function, "/folder/pipeline.ll", llvm::DICompileUnit::DebugEmissionKind::LineTablesOnly);
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(listing).split(lines, '\n');
  std::size_t named = 0;
  for (const llvm::Instruction& instruction : llvm::instructions(*function)) {
    ASSERT_TRUE(instruction.getDebugLoc());
    const llvm::StringRef line = lines[instruction.getDebugLoc().getLine() - 1];
    EXPECT_THAT(line.str(), HasSubstr(instruction.getOpcodeName()));
    if (!instruction.hasName()) continue;
    EXPECT_THAT(line.str(), HasSubstr(instruction.getName().str()));
    ++named;
  }
  EXPECT_GT(named, 30U);
}

TEST_F(ProfileTest, TheCodeIsTheSame) {
  const ModuleCompiler compiler = llvm::cantFail(ModuleCompiler::create({}));
  for (const Pipeline& pipeline : plan().pipelines) {
    const auto plain = llvm::cantFail(compiler.compile(pipeline, {}, "pipeline", {}));
    const auto profiled = llvm::cantFail(compiler.compile(pipeline, {}, "pipeline", folder_ / "pipeline.ll"));
    EXPECT_FALSE(codeOf(*plain.bytes).empty());
    EXPECT_EQ(codeOf(*plain.bytes), codeOf(*profiled.bytes)) << pipeline.describe();
  }
}

TEST_F(ProfileTest, FunctionsAreNamedAndListed) {
  JitCompiler compiler(options());
  const PipelinePlan pipelines = plan();
  EXPECT_EQ(runCompiled(pipelines, compiler).size(), 669U);
  const std::vector<fs::path> listings = files(".ll");
  ASSERT_EQ(listings.size(), pipelines.pipelines.size());
  EXPECT_THAT(listings[1].filename().string(), AllOf(StartsWith(std::to_string(getpid()) + "-1-pipeline"),
                                                     HasSubstr("1_Scan2_HashJoin1_HashAggregation0")));
  EXPECT_THAT(readText(listings[1]), AllOf(HasSubstr("define i32 @pipeline1_Scan2_HashJoin1_HashAggregation0("),
                                           HasSubstr("%\"HashJoin#1."), HasSubstr("%\"HashAggregation#0.")));
  const std::vector<fs::path> dumps = files(".dump");
  ASSERT_EQ(dumps.size(), 1U);
  EXPECT_THAT(readText(dumps[0]), AllOf(StartsWith("DTiJ"), HasSubstr("pipeline1_Scan2_HashJoin1_HashAggregation0"),
                                        HasSubstr(listings[0].string()), HasSubstr(listings[1].string())));
}

TEST_F(ProfileTest, ProfiledCodeIsNotKeptForLaterProcesses) {
  JitOptions keeping;
  keeping.host.codeCacheFolder = folder_ / "code";
  JitOptions profiled = options();
  profiled.host.codeCacheFolder = folder_ / "code";
  const PipelinePlan pipelines = plan();
  {
    JitCompiler compiler(profiled);
    static_cast<void>(compiler.compile(pipelines.pipelines[0], {}));
  }
  JitCompiler first(keeping);
  static_cast<void>(first.compile(pipelines.pipelines[0], {}));
  EXPECT_EQ(first.cacheCounters().loads, 0U);
  profiled.host.profileFolder = folder_ / "second";
  fs::create_directory(profiled.host.profileFolder);
  JitCompiler second(profiled);
  static_cast<void>(second.compile(pipelines.pipelines[0], {}));
  EXPECT_EQ(second.cacheCounters().loads, 0U);
}

TEST_F(ProfileTest, OneCompilerInAFolder) {
  const JitCompiler compiler(options());
  EXPECT_THROW(JitCompiler{options()}, ExecutionError);
}

TEST_F(ProfileTest, AFolderThatIsMissingIsNamed) {
  JitOptions options;
  options.host.profileFolder = folder_ / "missing";
  try {
    const JitCompiler compiler(options);
    FAIL() << "the folder was expected to be refused";
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.code(), ErrorCode::CompilationFailed);
    EXPECT_THAT(error.what(), HasSubstr("cannot write " + (folder_ / "missing").string()));
  }
}

TEST(IrListingTest, AssemblyQuotesTheLines) {
  EXPECT_EQ(quoteListing("\t.file\t1 \"ir\"\npipeline:\n\t.loc\t1 2 0 prologue_end\n\taddl\t%eax, %ebx\n\t.loc\t1 0 "
                         "0\n\t.cfi_endproc\n\tret\n",
                         "define i32 @pipeline() {\n  %sum = add i32 1, 2\n}\n"),
            "pipeline:\n\t# %sum = add i32 1, 2\n\taddl\t%eax, %ebx\n\tret\n");
}

}  // namespace
}  // namespace basalt::codegen
