#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/Program.h"

namespace basalt::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

using Json = nlohmann::json;

constexpr const char* kWords = R"({"operator": "Scan", "table": "words"})";
/// 25 million rows of text: more than any pipe holds.
constexpr const char* kEndless =
    R"({"operator": "HashJoin", "keys": [{"left": "one", "right": "one_"}], "build": "right", "output": ["word"],
  "left": {"operator": "Scan", "table": "numbers", "columns": ["one", "word"]},
  "right": {"operator": "Projection", "expressions": [{"name": "one_", "expression": "one"}],
            "input": {"operator": "Scan", "table": "numbers", "columns": ["one"]}}})";
/// The quotient fails in row 4,000.
constexpr const char* kFailing = R"json({"operator": "Projection",
  "expressions": [{"name": "q", "expression": "n % (n - 4000)"}], "input": {"operator": "Scan", "table": "numbers"}})json";
/// Sums per word.
constexpr const char* kSums = R"({"operator": "Sort", "keys": ["word"], "input": {"operator": "HashAggregation",
  "groupBy": [{"name": "word", "expression": "word"}],
  "aggregates": [{"name": "total", "function": "sum", "argument": "half"}, {"name": "known", "function": "count", "argument": "maybe"}],
  "input": {"operator": "Scan", "table": "numbers", "filter": "n < 70"}}})";

class Run : public testing::Test, public StoreTest {
 protected:
  Ending run(const std::string& root, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"run", plan(root), "--store", store()};
    std::ranges::move(more, std::back_inserter(arguments));
    return runProgram(arguments);
  }
};

TEST_F(Run, PrintsATableUnlessToldOtherwise) {
  const Ending ending = run(kWords);
  EXPECT_EQ(ending.status, 0);
  EXPECT_EQ(ending.errors, "");
  EXPECT_EQ(ending.output,
            " id | text\n"
            "----+-------------\n"
            "  1 | plain\n"
            "  2 | with, comma\n"
            "  3 | \n"
            "(3 rows)\n");
}

TEST_F(Run, PrintsCsv) {
  EXPECT_EQ(run(kWords, {"--format", "csv"}).output, "id,text\n1,plain\n2,\"with, comma\"\n3,\"\"\n");
}

TEST_F(Run, PrintsJson) {
  EXPECT_EQ(Json::parse(run(kWords, {"--format", "json"}).output),
            Json::parse(R"([{"id": 1, "text": "plain"}, {"id": 2, "text": "with, comma"}, {"id": 3, "text": ""}])"));
}

TEST_F(Run, BothEnginesGiveTheSame) {
  const std::string expected =
      "word,total,known\n"
      "word 0,157.5,5\nword 1,162.5,5\nword 2,167.5,5\nword 3,172.5,5\nword 4,177.5,5\nword 5,182.5,5\nword "
      "6,187.5,5\n";
  for (const std::vector<std::string>& how :
       std::vector<std::vector<std::string>>{{"--engine", "interpreted"},
                                             {"--engine", "compiled"},
                                             {"--engine", "auto"},
                                             {"--switch-after-morsels", "1"},
                                             {"--threads", "1", "--batch-rows", "3"}}) {
    std::vector<std::string> arguments = {"--format", "csv"};
    arguments.insert(arguments.end(), how.begin(), how.end());
    const Ending ending = run(kSums, arguments);
    EXPECT_EQ(ending.output, expected) << how.front() << ' ' << how.back() << ' ' << ending.errors;
  }
}

TEST_F(Run, ReadsAPlanFromStandardInput) {
  const Ending ending = runProgram({"run", "-", "--store", store(), "--format", "csv"},
                                   std::string("{\"version\": 1, \"root\": ") + kWords + "}");
  EXPECT_EQ(ending.status, 0);
  EXPECT_THAT(ending.output, StartsWith("id,text\n"));
}

TEST_F(Run, WritesAFile) {
  const std::string file = folder().path("result.csv");
  const Ending ending = run(kWords, {"--format", "csv", "-o", file});
  EXPECT_EQ(ending.status, 0);
  EXPECT_EQ(ending.output, "");
  EXPECT_THAT(readFile(file), StartsWith("id,text\n1,plain\n"));
}

TEST_F(Run, AnErrorLeavesTheFileAsItWas) {
  const std::string file = folder().write("result.csv", "precious");
  const std::string statistics = folder().path("statistics.json");
  const std::string plan = this->plan(kFailing);
  const std::vector<std::string> before = folder().files();
  for (const char* engine : {"interpreted", "compiled"}) {
    const Ending ending = runProgram(
        {"run", plan, "--store", store(), "--engine", engine, "--format", "csv", "-o", file, "--stats", statistics});
    EXPECT_EQ(ending.status, 1);
    EXPECT_THAT(ending.errors, AllOf(StartsWith("basalt: error: [Projection#0"), HasSubstr("DivisionByZero: ")));
    EXPECT_EQ(readFile(file), "precious");
    EXPECT_EQ(folder().files(), before) << "a temporary file is left";
  }
}

TEST_F(Run, WritesDirectlyToWhatIsNoFile) {
  EXPECT_EQ(run(kWords, {"-o", "/dev/null"}).status, 0);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(Run, NamesAFileThatCannotBeWritten) {
  const Ending ending = run(kWords, {"-o", folder().path("none/result.csv")});
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.errors,
              HasSubstr("none/result.csv] InputOutput: could not create the file: No such file or directory"));
}

TEST_F(Run, AFullDiskIsAnError) {
  const Ending ending = run(kWords, {"-o", "/dev/full"});
  EXPECT_EQ(ending.status, 1);
  EXPECT_EQ(ending.errors, "basalt: error: [/dev/full] InputOutput: could not write: No space left on device\n");
}

TEST_F(Run, WritesStatistics) {
  const std::string file = folder().path("statistics.json");
  EXPECT_EQ(run(kSums, {"--stats", file, "--engine", "interpreted"}).status, 0);
  const Json statistics = Json::parse(readFile(file));
  EXPECT_EQ(statistics["rows"], 7);
  EXPECT_GT(statistics["milliseconds"], 0.0);
  EXPECT_EQ(statistics["compileMilliseconds"], 0.0);
  EXPECT_GT(statistics["peakMemoryBytes"], 0);
  EXPECT_GT(statistics["morsels"]["interpreted"], 0);
  EXPECT_EQ(statistics["morsels"]["compiled"], 0);
  EXPECT_EQ(statistics["pipelines"].size(), 3);
  EXPECT_EQ(statistics["pipelines"][0]["sourceRows"], 5000);
  EXPECT_FALSE(statistics.contains("runs"));
}

TEST_F(Run, RepeatsWithAWarmCodeCache) {
  const std::string file = folder().path("statistics.json");
  const Ending ending = run(kSums, {"--stats", file, "--engine", "compiled", "--repeat", "3", "--format", "csv"});
  EXPECT_EQ(std::ranges::count(ending.output, '\n'), 8) << "rows are printed once";
  const Json statistics = Json::parse(readFile(file));
  const Json& runs = statistics["runs"];
  ASSERT_EQ(runs.size(), 3);
  EXPECT_GT(runs[0]["compileMilliseconds"], 0.0);
  EXPECT_EQ(runs[1]["compileMilliseconds"], 0.0);
  EXPECT_EQ(runs[2]["compileMilliseconds"], 0.0);
  EXPECT_EQ(statistics["compileMilliseconds"], 0.0) << "no median";
  EXPECT_EQ(statistics["rows"], 7);
}

TEST_F(Run, TooLittleMemoryIsAnErrorWithARemedy) {
  const Ending ending = run(kSums, {"--memory-limit", "1K"});
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.errors, AllOf(HasSubstr("OutOfMemory: "), HasSubstr("(allow more with --memory-limit)\n")));
}

TEST_F(Run, AReaderThatGoesAwayEndsItQuietly) {
  Program program({"run", plan(kEndless), "--store", store()}, "", folder().path(""));
  EXPECT_THAT(program.readSome(10), StartsWith(" word"));
  const Ending ending = program.wait();
  EXPECT_EQ(ending.status, 0);
  EXPECT_EQ(ending.errors, "");
}

TEST_F(Run, AnInterruptCancelsTheQuery) {
  // Nobody reads, so it cannot end by itself.
  for (const int signal : {SIGINT, SIGTERM}) {
    Program program({"run", plan(kEndless), "--store", store()}, "", folder().path(""));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    kill(program.process(), signal);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    const Ending ending = program.wait();
    EXPECT_EQ(ending.status, 128 + signal);
    EXPECT_THAT(ending.errors, AllOf(StartsWith("basalt: error: ["), HasSubstr("] Cancelled: ")));
  }
}

TEST_F(Run, AnInterruptLeavesNoFile) {
  const std::string output = folder().path("result.csv");
  // Counts 18 billion rows.
  const std::string join =
      R"({"operator": "HashJoin", "keys": [{"left": "word", "right": "word_"}], "build": "right", "output": ["one"],
    "right": {"operator": "Projection", "expressions": [{"name": "word_", "expression": "word"}, "one"],
              "input": {"operator": "Scan", "table": "numbers", "columns": ["word", "one"]}}, "left": )" +
      std::string(kEndless) + "}";
  const std::string plan = this->plan(
      R"({"operator": "HashAggregation", "aggregates": [{"name": "n", "function": "count"}], "input": )" + join + "}");
  Program program({"run", plan, "--store", store(), "-o", output}, "", folder().path(""));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  kill(program.process(), SIGINT);
  const Ending ending = program.wait();
  EXPECT_EQ(ending.status, 130) << ending.errors;
  for (const std::string& file : folder().files()) EXPECT_EQ(file.find("result.csv"), std::string::npos) << file;
}

class Explain : public testing::Test, public StoreTest {};

TEST_F(Explain, ShowsThePlanWithoutRunningIt) {
  const Ending ending = runProgram({"explain", plan(kSums), "--store", store()});
  EXPECT_EQ(ending.status, 0);
  EXPECT_THAT(ending.output, AllOf(StartsWith("Projection#3\n"), HasSubstr("Sort#0\n"), HasSubstr("Pipeline 0: Scan#"),
                                   HasSubstr("(table of 5,000 rows)")));
}

TEST_F(Explain, AnalyzeShowsWhatHappened) {
  const Ending ending = runProgram({"explain", plan(kSums), "--store", store(), "--analyze", "--engine", "compiled"});
  EXPECT_EQ(ending.status, 0);
  EXPECT_THAT(ending.output, AllOf(HasSubstr("Sort#0  (7 rows)\n"), HasSubstr("(70 rows, table of 5,000 rows)"),
                                   HasSubstr("    compiled:    "), HasSubstr("Query: 7 rows in ")));
}

class Profile : public Run {
 protected:
  std::string profile() const { return folder().path("profile/of/sums"); }
  std::vector<std::string> files(const std::string& ending) const {
    std::vector<std::string> names = folder().files();
    std::erase_if(names, [&](const std::string& name) { return !name.ends_with(ending); });
    return names;
  }
};

TEST_F(Profile, TellsWhereCompiledFunctionsAreAndWhatTheyComeFrom) {
  const Ending plain = run(kSums, {"--engine", "compiled", "--format", "csv"});
  const Ending ending = run(kSums, {"--engine", "compiled", "--format", "csv", "--repeat", "2", "--perf", profile()});
  EXPECT_EQ(ending.status, 0) << ending.errors;
  EXPECT_EQ(ending.output, plain.output);
  const std::vector<std::string> listings = files(".ll");
  ASSERT_EQ(listings.size(), 3U);
  EXPECT_THAT(listings[0], AllOf(StartsWith("profile/of/sums/"), HasSubstr("-0-pipeline0_Scan2_HashAggregation1.ll")));
  EXPECT_THAT(readFile(folder().path(listings[0])), HasSubstr("define i32 @pipeline0_Scan2_HashAggregation1("));
  ASSERT_EQ(files(".dump").size(), 1U);
  EXPECT_THAT(readFile(folder().path(files(".dump")[0])), HasSubstr(folder().path(listings[0])));
}

TEST_F(Profile, InterpretedRunsCompileNothing) {
  EXPECT_EQ(run(kSums, {"--engine", "interpreted", "--perf", profile()}).status, 0);
  EXPECT_TRUE(std::filesystem::is_directory(profile()));
  EXPECT_TRUE(files(".ll").empty());
}

TEST_F(Profile, ADirectoryThatCannotBeMadeIsReported) {
  const std::string file = folder().write("file", "");
  const Ending ending = run(kSums, {"--perf", file + "/profile"});
  EXPECT_EQ(ending.status, 1);
  EXPECT_THAT(ending.errors, HasSubstr("[" + file + "/profile] InputOutput: could not make the directory: "));
}

/// With perf itself, where this system lets it record.
TEST_F(Profile, PerfFindsTheFunctions) {
  const std::string data = folder().path("perf.data");
  const auto perf = [&](const std::string& command) {
    return std::system(("perf " + command + " > " + folder().path("perf.log") + " 2>&1").c_str());
  };
  // Pairs of rows take long enough to be met by samples.
  const char* const pairs = R"({"operator": "HashAggregation", "groupBy": [],
    "aggregates": [{"name": "total", "function": "sum", "argument": "n % 7 + half"}],
    "input": {"operator": "CrossJoin", "left": {"operator": "Scan", "table": "numbers", "columns": ["n"], "filter": "n < 70"},
              "right": {"operator": "Scan", "table": "numbers", "columns": ["half"]}}})";
  const std::string record = "record -k mono -e cpu-clock -F 5000 -o " + data + " ";
  if (perf(record + "true") != 0) GTEST_SKIP() << "perf cannot record here: " << readFile(folder().path("perf.log"));
  ASSERT_EQ(perf(record + BASALT_BINARY_FOLDER "/bin/basalt run " + plan(pairs) + " --store " + store() +
                 " --engine compiled --repeat 5 --perf " + profile()),
            0);
  ASSERT_EQ(perf("inject --jit -i " + data + " -o " + data + ".jit"), 0);
  ASSERT_EQ(perf("report --stdio -i " + data + ".jit"), 0);
  EXPECT_THAT(readFile(folder().path("perf.log")), HasSubstr("_CrossJoin1_HashAggregation0"));
}

class Ir : public testing::Test, public StoreTest {
 protected:
  std::string file() const { return folder().path("pipeline.ll"); }
};

TEST_F(Ir, EveryPipelineIsAModuleThatLlvmReads) {
  ASSERT_EQ(std::system("command -v opt-19 > /dev/null"), 0) << "opt-19 is missing; scripts/setup installs it";
  for (const char* pipeline : {"0", "1", "2"}) {
    for (const char* stage : {"unoptimised", "optimised"}) {
      const Ending ending =
          runProgram({"ir", plan(kSums), "--store", store(), "--pipeline", pipeline, "--stage", stage, "-o", file()});
      ASSERT_EQ(ending.status, 0) << ending.errors;
      EXPECT_EQ(std::system(("opt-19 -passes=verify -disable-output " + file()).c_str()), 0);
    }
  }
}

TEST_F(Ir, AllPipelinesHaveATitle) {
  const Ending ending = runProgram({"ir", plan(kSums), "--store", store()});
  EXPECT_EQ(ending.status, 0);
  EXPECT_THAT(ending.output,
              AllOf(StartsWith("; pipeline 0: Scan#"), HasSubstr("\n; pipeline 1: "), HasSubstr("\n; pipeline 2: ")));
}

TEST_F(Ir, ShowsAssembly) {
  const Ending ending = runProgram({"ir", plan(kSums), "--store", store(), "--stage", "assembly", "--pipeline", "0"});
  EXPECT_EQ(ending.status, 0);
  EXPECT_THAT(ending.output, AllOf(StartsWith("# pipeline 0: "), HasSubstr(".text"), HasSubstr("pipeline:")));
}

TEST_F(Ir, ThereIsNoFourthPipeline) {
  const Ending ending = runProgram({"ir", plan(kSums), "--store", store(), "--pipeline", "3"});
  EXPECT_EQ(ending.status, 2);
  EXPECT_THAT(ending.errors, HasSubstr("[--pipeline] InvalidUsage: expected a number from 0 to 2, found 3"));
}

class Tables : public testing::Test, public StoreTest {};

TEST_F(Tables, ListsColumnsAndEncodings) {
  const Ending ending = runProgram({"tables", "--store", store()});
  EXPECT_EQ(ending.status, 0);
  EXPECT_THAT(ending.output, AllOf(StartsWith("numbers: 5,000 rows in 1 chunk, "),
                                   HasSubstr("  n      integer        not null  plain, 2 bytes\n"),
                                   HasSubstr("dictionary of 7, 1 byte\n"), HasSubstr("\nwords: 3 rows in 1 chunk, ")));
}

}  // namespace
}  // namespace basalt::test
