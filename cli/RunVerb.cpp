#include <filesystem>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/Failure.h"
#include "cli/Interruption.h"
#include "cli/Output.h"
#include "cli/QueryArguments.h"
#include "cli/StatisticsJson.h"
#include "cli/Verbs.h"
#include "engine/ResultFormatter.h"

namespace basalt::cli {

namespace {

struct RunArguments {
  QueryArguments query;
  std::string format = "table";
  std::uint32_t repeat = 1;
  std::string statistics;
  std::string output;
};

ResultFormat formatOf(const std::string& name) {
  return name == "csv" ? ResultFormat::Csv : name == "json" ? ResultFormat::Json : ResultFormat::Table;
}

/// Runs the query once; writes its rows to `output` unless that is a null pointer.
ExecutionStatistics runOnce(ExecutionEngine& engine, const PhysicalPlan& plan, const Catalog& catalog,
                            const RunArguments& arguments, std::ostream* output) {
  const std::unique_ptr<ResultSet> result = startQuery(engine, plan, catalog, arguments.query);
  const Interruption::Scope scope([&] { result->cancel(); });
  std::unique_ptr<ResultFormatter> formatter;
  if (output != nullptr) formatter = makeResultFormatter(formatOf(arguments.format), result->schema(), *output);
  while (const auto batch = result->nextBatch()) {
    if (formatter) formatter->write(batch->batch);
  }
  if (formatter) formatter->finish();
  return result->statistics();
}

/// Makes the folder for what a profiler is told. Its full path, so that perf finds it from any working directory.
std::string makeProfileFolder(const std::string& name) {
  std::error_code error;
  std::filesystem::create_directories(name, error);
  if (error) throw ExecutionError(ErrorCode::InputOutput, name, "could not make the directory: " + error.message());
  return std::filesystem::absolute(name).string();
}

int run(RunArguments arguments) {
  std::string& profile = arguments.query.profile;
  if (!profile.empty()) profile = makeProfileFolder(profile);
  const std::unique_ptr<const Store> store = openStore(arguments.query.store);
  const PhysicalPlan plan = readPlan(arguments.query.plan);
  // Opened before the work: a name that cannot be written to should not cost a query.
  Output output(arguments.output);
  std::unique_ptr<Output> statistics;
  if (!arguments.statistics.empty()) statistics = std::make_unique<Output>(arguments.statistics);

  const std::unique_ptr<ExecutionEngine> engine = makeEngine(arguments.query);
  std::vector<ExecutionStatistics> runs;
  runs.reserve(arguments.repeat);
  for (std::uint32_t number = 0; number < arguments.repeat; ++number) {
    runs.push_back(runOnce(*engine, plan, *store, arguments, number == 0 ? &output.stream() : nullptr));
  }
  output.publish();
  for (const std::string& warning : runs.front().warnings) reportWarning(warning);
  if (statistics) {
    writeStatistics(runs, statistics->stream());
    statistics->publish();
  }
  return kOk;
}

}  // namespace

void addRunVerb(CLI::App& program, Action& action) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App& verb = *program.add_subcommand("run", "Run a plan and print its rows");
  addQueryArguments(verb, arguments->query);
  verb.add_option("--format", arguments->format,
                  "table: aligned (default); csv: RFC 4180, NULL is an empty field; json: an array of objects")
      ->check(CLI::IsMember({"table", "csv", "json"}).description(""))
      ->type_name("FORMAT");
  verb.add_option("--repeat", arguments->repeat, "Run N times in one engine, print the rows once (default: 1)")
      ->check(CLI::Range(1, 1000000).description(""))
      ->type_name("N");
  verb.add_option("--stats", arguments->statistics,
                  "Write what happened as JSON; with --repeat also each run, and medians")
      ->type_name("FILE");
  verb.add_option("--perf", arguments->query.profile,
                  "For profiling: name compiled functions after their operators, and write to this directory what\n"
                  "'perf inject --jit' reads and the IR that 'perf annotate' shows beside the machine code")
      ->type_name("DIR");
  verb.add_option("-o,--output", arguments->output, "Write the rows here; on an error the file stays as it was")
      ->type_name("FILE");
  verb.footer(fmt::format(
      "Examples:\n"
      "  basalt run q06.json --store data/store\n"
      "  basalt run q01.json --store data/store --format csv -o q01.csv --stats q01-stats.json\n"
      "  basalt run q03.json --store data/store --engine compiled --repeat 9 --stats q03-stats.json\n"
      "  perf record -k mono -e cpu-clock basalt run q01.json --store data/store --repeat 50 --perf q01-perf\n"
      "  generate-plan | basalt run - --store data/store --memory-limit 256M\n"
      "\n"
      "{}",
      kExitStatuses));
  verb.callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace basalt::cli
