#include "engine/explain/PipelineText.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/explain/OperatorText.h"
#include "engine/explain/QuantityText.h"

namespace basalt {

namespace {

/// What else tells one part that an operator has in pipelines from another.
std::string_view stepRole(Pipeline::StepKind kind) {
  switch (kind) {
    case Pipeline::StepKind::JoinBuild:
      return " (build)";
    case Pipeline::StepKind::Deduplicate:
      return " (deduplicate)";
    default:
      return "";
  }
}

std::string line(std::string_view word, std::string_view text) { return fmt::format("    {:<13}{}\n", word, text); }

std::string shareText(const EngineShare& share) {
  return fmt::format("{}, {}, {:.2f} ns/row, {} of processor time", countText(share.morsels, "morsel"),
                     countText(share.rows, "row"), share.nanosecondsPerRow(), millisecondsText(share.cpuMilliseconds));
}

}  // namespace

std::string pipelineTitle(const Pipeline& pipeline) {
  std::string text = fmt::format("Pipeline {}: {}", pipeline.id, operatorTitle(*pipeline.source.spec));
  for (const Pipeline::Step& step : pipeline.steps) {
    text += " > ";
    text += step.spec != nullptr ? operatorTitle(*step.spec) : "Result";
    text += stepRole(step.kind);
  }
  return text;
}

std::string pipelineStatisticsText(const PipelineStatistics& statistics) {
  std::string time =
      fmt::format("{}, from {} to {}", millisecondsText(statistics.endMilliseconds - statistics.startMilliseconds),
                  millisecondsText(statistics.startMilliseconds), millisecondsText(statistics.endMilliseconds));
  if (statistics.finishMilliseconds > 0) {
    time += fmt::format(", {} of it finishing", millisecondsText(statistics.finishMilliseconds));
  }
  std::string text = line("time:", time);
  std::string source = countText(statistics.sourceRows, "row");
  if (statistics.chunksTotal > 0) {
    source += fmt::format("; {} of {} skipped by zone maps", countText(statistics.chunksSkipped),
                          countText(statistics.chunksTotal, "chunk"));
  }
  text += line("source:", source);
  if (!statistics.guesses.empty()) text += line("guessed:", fmt::format("{}", fmt::join(statistics.guesses, "; ")));
  if (statistics.interpreted.morsels > 0) text += line("interpreted:", shareText(statistics.interpreted));
  if (statistics.compiled.morsels > 0) text += line("compiled:", shareText(statistics.compiled));
  if (statistics.switchedAfterMorsels) {
    text += line("switched:", fmt::format("after {}, at {}", countText(*statistics.switchedAfterMorsels, "morsel"),
                                          millisecondsText(statistics.switchMilliseconds)));
  }
  if (statistics.compileMilliseconds > 0 || statistics.codeBytes > 0) {
    const bool wasLoaded = statistics.loadMilliseconds > 0;
    text += line("code:",
                 fmt::format("{} of {}, {}, {}",
                             millisecondsText(wasLoaded ? statistics.loadMilliseconds : statistics.compileMilliseconds),
                             wasLoaded ? "loading" : "compiling", countText(statistics.instructions, "instruction"),
                             bytesText(statistics.codeBytes)));
  }
  if (!statistics.tierReason.empty()) text += line("decision:", statistics.tierReason);
  return text;
}

}  // namespace basalt
