#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/Failure.h"
#include "cli/Output.h"
#include "cli/QueryArguments.h"
#include "cli/Verbs.h"
#include "engine/JitLibrary.h"
#include "engine/explain/PipelineText.h"
#include "operators/pipeline/PipelineRunner.h"

namespace basalt::cli {

namespace {

struct IrArguments {
  std::string plan;
  std::string store;
  std::optional<std::uint32_t> pipeline;
  std::string stage = "optimised";
  std::string output;
};

IrStage stageOf(const std::string& name) {
  return name == "unoptimised" ? IrStage::Unoptimised : name == "assembly" ? IrStage::Assembly : IrStage::Optimised;
}

int printIr(const IrArguments& arguments) {
  const std::unique_ptr<const Store> store = openStore(arguments.store);
  const PipelinePlan plan = preparePipelines(readPlan(arguments.plan), *store, arguments.plan);
  if (arguments.pipeline && *arguments.pipeline >= plan.pipelines.size()) {
    throw ExecutionError(ErrorCode::InvalidUsage, "--pipeline",
                         fmt::format("expected a number from 0 to {}, found {}; 'basalt explain' lists the pipelines",
                                     plan.pipelines.size() - 1, *arguments.pipeline));
  }
  Output output(arguments.output);
  const std::shared_ptr<CompilerProvider> compiler = openJitLibrary();
  const IrStage stage = stageOf(arguments.stage);
  // Assembly and IR write comments in different ways.
  const std::string_view comment = stage == IrStage::Assembly ? "#" : ";";
  for (const Pipeline& pipeline : plan.pipelines) {
    if (arguments.pipeline.value_or(pipeline.id) != pipeline.id) continue;
    const std::string title = pipelineTitle(pipeline);
    output.stream() << comment << " pipeline" << title.substr(title.find(' ')) << '\n'
                    << compiler->print(pipeline, {}, stage);
  }
  output.publish();
  return kOk;
}

}  // namespace

void addIrVerb(CLI::App& program, Action& action) {
  auto arguments = std::make_shared<IrArguments>();
  CLI::App& verb = *program.add_subcommand("ir", "Print the LLVM IR or the assembly of a plan's pipelines");
  addPlanArguments(verb, arguments->plan, arguments->store);
  verb.add_option("--pipeline", arguments->pipeline, "Only this pipeline, from 0; 'basalt explain' lists them")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""))
      ->type_name("N");
  verb.add_option("--stage", arguments->stage, "unoptimised, optimised (default) or assembly")
      ->check(CLI::IsMember({"unoptimised", "optimised", "assembly"}).description(""))
      ->type_name("STAGE");
  verb.add_option("-o,--output", arguments->output, "Write here instead of standard output")->type_name("FILE");
  verb.footer(fmt::format(
      "Each pipeline is a module of its own, begun by a comment '; pipeline N: ...'. LLVM's tools read one\n"
      "module at a time, so choose one by --pipeline when the plan has more.\n"
      "\n"
      "Examples:\n"
      "  basalt ir q06.json --store data/store\n"
      "  basalt ir q03.json --store data/store --pipeline 2 | opt-19 -passes=verify -disable-output\n"
      "  basalt ir q03.json --store data/store --pipeline 2 --stage assembly -o q03.s\n"
      "\n"
      "{}",
      kExitStatuses));
  verb.callback([arguments, &action] { action = [arguments] { return printIr(*arguments); }; });
}

}  // namespace basalt::cli
