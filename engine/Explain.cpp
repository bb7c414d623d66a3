#include "engine/Explain.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/explain/OperatorText.h"
#include "engine/explain/PipelineText.h"
#include "engine/explain/QuantityText.h"

namespace basalt {

namespace {

/// For a scan, how many rows its table has.
std::string tableNote(const OperatorSpec& spec) {
  if (spec.kind != OperatorKind::Scan) return "";
  return "table of " + countText(static_cast<const ScanSpec&>(spec).table->rowCount(), "row");
}

std::string dependenciesText(const Pipeline& pipeline) {
  std::string text;
  for (const std::uint32_t dependency : pipeline.dependencies) {
    text += fmt::format("{}{}", text.empty() ? "    after pipeline " : ", ", dependency);
  }
  return text.empty() ? text : text + "\n";
}

std::string queryText(const ExecutionStatistics& statistics) {
  std::string text =
      fmt::format("Query: {} in {}, {} of compiling, at most {} of memory, {} interpreted, {} compiled\n",
                  countText(statistics.rows, "row"), millisecondsText(statistics.milliseconds),
                  millisecondsText(statistics.compileMilliseconds), bytesText(statistics.peakMemoryBytes),
                  countText(statistics.interpretedMorsels(), "morsel"), countText(statistics.compiledMorsels()));
  for (const std::string& warning : statistics.warnings) text += fmt::format("Warning: {}\n", warning);
  return text;
}

}  // namespace

std::string explain(const PipelinePlan& plan) {
  std::string text = operatorTreeText(*plan.plan.root, tableNote) + "\n";
  for (const Pipeline& pipeline : plan.pipelines) {
    text += pipelineTitle(pipeline) + "\n" + dependenciesText(pipeline);
  }
  return text;
}

std::string explainAnalyze(const PipelinePlan& plan, const ExecutionStatistics& statistics) {
  const auto note = [&](const OperatorSpec& spec) {
    std::string text = tableNote(spec);
    const auto found = std::ranges::find(statistics.operators, spec.id, &OperatorStatistics::id);
    if (found == statistics.operators.end()) return text;
    std::string counts = countText(found->rowsProduced, "row");
    if (found->innerScans) counts += ", " + countText(*found->innerScans, "scan") + " of the build side";
    return counts + (text.empty() ? "" : ", " + text);
  };
  std::string text = operatorTreeText(*plan.plan.root, note) + "\n";
  for (const Pipeline& pipeline : plan.pipelines) {
    text += pipelineTitle(pipeline) + "\n" + dependenciesText(pipeline);
    const auto found = std::ranges::find(statistics.pipelines, pipeline.id, &PipelineStatistics::id);
    if (found != statistics.pipelines.end()) text += pipelineStatisticsText(*found);
  }
  return text + "\n" + queryText(statistics);
}

}  // namespace basalt
