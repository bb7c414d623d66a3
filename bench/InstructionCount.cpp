#include <array>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <cpuid.h>
#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <valgrind/callgrind.h>

#include "bench/support/TextFile.h"
#include "engine/ExecutionEngine.h"
#include "engine/JitLibrary.h"
#include "interpreter/Interpreter.h"
#include "runtime/storage/Store.h"

/// Has callgrind count the instructions of queries, interpreted and compiled, by one worker: of warm runs from
/// execute() to the last row, without loading, compiling and the start of the process. Callgrind writes a file per
/// count, described as "<query> <engine>". Run by scripts/count-instructions.
namespace basalt::bench {
namespace {

struct Arguments {
  std::string store;
  std::string plans = "bench/tpch/plans";
  std::string codeCache;
  std::vector<std::string> queries;
};

/// The processor that valgrind lets programs see; code is chosen and compiled for it.
std::string processorName() {
  std::array<unsigned, 12> words{};
  for (unsigned leaf = 0; leaf < 3; ++leaf) {
    unsigned* word = &words[leaf * std::size_t{4}];
    if (__get_cpuid(0x80000002 + leaf, word, word + 1, word + 2, word + 3) == 0) return "unknown";
  }
  std::string name(sizeof(words), '\0');
  std::memcpy(name.data(), words.data(), sizeof(words));
  name.resize(name.find_last_not_of(std::string_view(" \0", 2)) + 1);
  return name.substr(name.find_first_not_of(' '));
}

/// Runs a query and drops its rows.
void run(ExecutionEngine& engine, const PhysicalPlan& plan, const Catalog& catalog, EngineMode mode) {
  QueryOptions options;
  options.mode = mode;
  // By time, their number would depend on how busy the machine is.
  options.morselRows = 16'384;
  const auto result = engine.execute(plan, catalog, options);
  while (result->nextBatch()) {
  }
}

void count(const Arguments& arguments) {
  const Store store(arguments.store);
  ExecutionConfig config;
  config.workers = 1;
  CompilerOptions compiler;
  compiler.codeCacheFolder = arguments.codeCache;
  ExecutionEngine engine(config, interpreter::runners(), jitLibrary(compiler));
  for (const std::string& query : arguments.queries) {
    const PhysicalPlan plan = parsePlan(readText(std::filesystem::path(arguments.plans) / (query + ".json")));
    for (const EngineMode mode : {EngineMode::Interpreted, EngineMode::Compiled}) {
      // The first run compiles, and grows what is kept for the next one.
      run(engine, plan, store, mode);
      run(engine, plan, store, mode);
      CALLGRIND_START_INSTRUMENTATION;
      CALLGRIND_ZERO_STATS;
      run(engine, plan, store, mode);
      CALLGRIND_STOP_INSTRUMENTATION;
      const std::string what = fmt::format("{} {}", query, mode == EngineMode::Compiled ? "compiled" : "interpreted");
      CALLGRIND_DUMP_STATS_AT(what.c_str());
    }
  }
}

}  // namespace
}  // namespace basalt::bench

int main(int argumentCount, char** argumentTexts) {
  basalt::bench::Arguments arguments;
  CLI::App app("Has callgrind count the instructions of TPC-H queries; see scripts/count-instructions.");
  app.add_option("--store", arguments.store, "Folder of the loaded tables");
  app.add_option("--plans", arguments.plans, "Folder of the plans, <query>.json")->capture_default_str();
  app.add_option("--code-cache", arguments.codeCache,
                 "Folder of machine code; a run outside of valgrind fills it fast");
  app.add_option("--queries", arguments.queries, "What to run (default: nothing, just describe the build)")
      ->delimiter(',');
  CLI11_PARSE(app, argumentCount, argumentTexts);
  try {
    // What counts depend on besides Basalt's source.
    std::cout << fmt::format("{}, glibc {}, on {}", BASALT_BUILD_DESCRIPTION, gnu_get_libc_version(),
                             basalt::bench::processorName())
              << std::endl;
    if (!arguments.queries.empty()) basalt::bench::count(arguments);
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << "\n";
    return 1;
  }
  return 0;
}
