#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/Failure.h"
#include "cli/Interruption.h"
#include "cli/Output.h"
#include "cli/QueryArguments.h"
#include "cli/Verbs.h"
#include "engine/Explain.h"

namespace basalt::cli {

namespace {

struct ExplainArguments {
  QueryArguments query;
  bool analyze = false;
  std::string output;
};

std::string analyze(const ExplainArguments& arguments, const PhysicalPlan& plan, const Catalog& catalog) {
  const std::unique_ptr<ExecutionEngine> engine = makeEngine(arguments.query);
  const std::unique_ptr<ResultSet> result = startQuery(*engine, plan, catalog, arguments.query);
  const Interruption::Scope scope([&] { result->cancel(); });
  while (result->nextBatch()) {
  }
  return explainAnalyze(result->plan(), result->statistics());
}

int explainPlan(const ExplainArguments& arguments) {
  const std::unique_ptr<const Store> store = openStore(arguments.query.store);
  const PhysicalPlan plan = readPlan(arguments.query.plan);
  Output output(arguments.output);
  output.stream() << (arguments.analyze ? analyze(arguments, plan, *store)
                                        : explain(preparePipelines(plan, *store, arguments.query.plan)));
  output.publish();
  return kOk;
}

}  // namespace

void addExplainVerb(CLI::App& program, Action& action) {
  auto arguments = std::make_shared<ExplainArguments>();
  CLI::App& verb =
      *program.add_subcommand("explain", "Show a plan's operators and pipelines; with --analyze, run it too");
  addQueryArguments(verb, arguments->query);
  verb.add_flag("--analyze", arguments->analyze,
                "Run the plan, drop its rows, and show what happened: rows, times, engines, compiling");
  verb.add_option("-o,--output", arguments->output, "Write here instead of standard output")->type_name("FILE");
  verb.footer(
      fmt::format("Examples:\n"
                  "  basalt explain q03.json --store data/store\n"
                  "  basalt explain q03.json --store data/store --analyze --threads 1\n"
                  "\n"
                  "{}",
                  kExitStatuses));
  verb.callback([arguments, &action] { action = [arguments] { return explainPlan(*arguments); }; });
}

}  // namespace basalt::cli
