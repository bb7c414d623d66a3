#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/ExecutionEngine.h"
#include "runtime/storage/Store.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace basalt::cli {

/// What "run" and "explain" are told about the query and about how to execute it.
struct QueryArguments {
  std::string plan;
  std::string store;
  std::string engine = "auto";
  std::uint32_t threads = 0;
  std::string memoryLimit;
  std::string codeCache;
  /// Where a profiler is told about compiled code; empty: nowhere.
  std::string profile;
  std::uint32_t batchRows = Batch::kDefaultRows;
  std::optional<std::uint64_t> switchAfterMorsels;
};

/// Adds PLAN.json and --store.
void addPlanArguments(CLI::App& verb, std::string& plan, std::string& store);
/// Adds --store alone.
void addStoreArgument(CLI::App& verb, std::string& store);
/// Adds PLAN.json, --store and how to execute.
void addQueryArguments(CLI::App& verb, QueryArguments& arguments);

/// Opens the tables of a directory. Throws ExecutionError(NotFound or InputOutput).
std::unique_ptr<const Store> openStore(const std::string& directory);

/// Reads a plan from a file or, for "-", from standard input. Throws ExecutionError(NotFound, InputOutput or
/// InvalidPlan).
PhysicalPlan readPlan(const std::string& path);

/// Binds a plan and cuts it into pipelines. Throws ExecutionError(InvalidPlan), its place begun by `path`.
PipelinePlan preparePipelines(const PhysicalPlan& plan, const Catalog& catalog, const std::string& path);

/// The plan in DuckDB's dialect of SQL. Throws as preparePipelines() does.
std::string sqlOf(const PhysicalPlan& plan, const Catalog& catalog, const std::string& path);

/// An engine as the arguments ask for; it opens the compiler on first use.
std::unique_ptr<ExecutionEngine> makeEngine(const QueryArguments& arguments);
/// Starts the query. Throws as preparePipelines() does.
std::unique_ptr<ResultSet> startQuery(ExecutionEngine& engine, const PhysicalPlan& plan, const Catalog& catalog,
                                      const QueryArguments& arguments);

}  // namespace basalt::cli
