#include "cli/QueryArguments.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/ByteSize.h"
#include "cli/Failure.h"
#include "engine/JitLibrary.h"
#include "interpreter/Interpreter.h"
#include "operators/duckdb/DuckDbSql.h"
#include "operators/spec/PlanBinder.h"

namespace basalt::cli {

namespace {

EngineMode modeOf(const std::string& engine) {
  return engine == "interpreted" ? EngineMode::Interpreted
         : engine == "compiled"  ? EngineMode::Compiled
                                 : EngineMode::Auto;
}

/// Names the plan's file in an error that is the plan's fault.
template <typename Function>
auto placingErrors(const std::string& path, Function&& function) {
  try {
    return function();
  } catch (const ExecutionError& error) {
    if (!error.isCallerError()) throw;
    throw placedIn(path == "-" ? "standard input" : path, error);
  }
}

[[noreturn]] void failToRead(const std::string& path, int error) {
  throw ExecutionError(error == ENOENT ? ErrorCode::NotFound : ErrorCode::InputOutput, path,
                       fmt::format("could not read the plan: {}", std::strerror(error)));
}

std::string readText(const std::string& path) {
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Closer> file(path == "-" ? nullptr : std::fopen(path.c_str(), "rbe"));
  if (path != "-" && !file) failToRead(path, errno);
  std::FILE* const source = file ? file.get() : stdin;
  std::string text;
  std::array<char, 1 << 16> piece;  // NOLINT(*-member-init): read before use
  while (std::feof(source) == 0 && std::ferror(source) == 0) {
    text.append(piece.data(), std::fread(piece.data(), 1, piece.size(), source));
  }
  if (std::ferror(source) != 0) failToRead(path, errno);
  return text;
}

/// The option's value as text, checked by `parseByteSize`.
std::string checkByteSize(const std::string& text) {
  const auto bytes = parseByteSize(text);
  if (bytes && *bytes > 0) return {};
  return fmt::format("expected a number of bytes such as 512M or 1.5GiB, found '{}'", text);
}

}  // namespace

void addStoreArgument(CLI::App& verb, std::string& store) {
  verb.add_option("--store", store, "Directory of the tables")->required()->type_name("DIR")->envname("BASALT_STORE");
}

void addPlanArguments(CLI::App& verb, std::string& plan, std::string& store) {
  verb.add_option("PLAN.json", plan, "Physical plan; - reads it from standard input")->required()->type_name("");
  addStoreArgument(verb, store);
}

void addQueryArguments(CLI::App& verb, QueryArguments& arguments) {
  addPlanArguments(verb, arguments.plan, arguments.store);
  verb.add_option("--engine", arguments.engine,
                  "auto: start interpreted, compile what is worth it (default); interpreted; compiled")
      ->check(CLI::IsMember({"auto", "interpreted", "compiled"}).description(""))
      ->type_name("ENGINE");
  verb.add_option("--threads", arguments.threads, "Worker threads (default: one per processor)")
      ->check(CLI::Range(1, 1024).description(""))
      ->type_name("N");
  verb.add_option("--memory-limit", arguments.memoryLimit, "Bytes the query may hold: 512M, 1.5GiB (default: no limit)")
      ->check(checkByteSize)
      ->type_name("SIZE");
  verb.add_option(
          "--code-cache", arguments.codeCache,
          "Directory that keeps machine code for later runs (default: none); only you may be able to write to it")
      ->type_name("DIR")
      ->envname("BASALT_CODE_CACHE");
  verb.add_option("--batch-rows", arguments.batchRows,
                  fmt::format("Rows per batch in the interpreter (default: {})", Batch::kDefaultRows))
      ->check(CLI::Range(std::uint32_t{1}, Batch::kMaxRows).description(""))
      ->type_name("N");
  verb.add_option("--switch-after-morsels", arguments.switchAfterMorsels,
                  "For tests: run N morsels of each pipeline interpreted, then the rest compiled")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""))
      ->type_name("N");
}

std::unique_ptr<const Store> openStore(const std::string& directory) {
  try {
    return std::make_unique<const Store>(directory);
  } catch (const ExecutionError& error) {
    if (error.code() != ErrorCode::NotFound) throw;
    throw ExecutionError(error.code(), error.place(),
                         fmt::format("{}; make a store with 'basalt load --store {} --schema SCHEMA.sql FILE...'",
                                     error.message(), directory));
  }
}

PhysicalPlan readPlan(const std::string& path) {
  const std::string text = readText(path);
  return placingErrors(path, [&] { return parsePlan(text); });
}

PipelinePlan preparePipelines(const PhysicalPlan& plan, const Catalog& catalog, const std::string& path) {
  return placingErrors(path, [&] { return buildPipelines(bindPlan(plan, catalog)); });
}

std::string sqlOf(const PhysicalPlan& plan, const Catalog& catalog, const std::string& path) {
  return placingErrors(path, [&] { return duckDbSql(plan, catalog); });
}

std::unique_ptr<ExecutionEngine> makeEngine(const QueryArguments& arguments) {
  ExecutionConfig config;
  config.workers = arguments.threads != 0 ? arguments.threads : std::max(1U, std::thread::hardware_concurrency());
  config.memoryLimit = parseByteSize(arguments.memoryLimit).value_or(MemoryBudget::kUnlimited);
  config.batchRows = arguments.batchRows;
  CompilerOptions compiler;
  compiler.codeCacheFolder = arguments.codeCache;
  compiler.profileFolder = arguments.profile;
  return std::make_unique<ExecutionEngine>(config, interpreter::runners(), jitLibrary(compiler));
}

std::unique_ptr<ResultSet> startQuery(ExecutionEngine& engine, const PhysicalPlan& plan, const Catalog& catalog,
                                      const QueryArguments& arguments) {
  QueryOptions options;
  options.mode = modeOf(arguments.engine);
  options.memoryLimit = engine.config().memoryLimit;
  options.switchAfterMorsels = arguments.switchAfterMorsels;
  return placingErrors(arguments.plan, [&] { return engine.execute(plan, catalog, options); });
}

}  // namespace basalt::cli
