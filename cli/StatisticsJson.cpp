#include "cli/StatisticsJson.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace basalt::cli {

namespace {

using Json = nlohmann::ordered_json;

Json shareJson(const EngineShare& share) {
  return {{"morsels", share.morsels},
          {"rows", share.rows},
          {"cpuMilliseconds", share.cpuMilliseconds},
          {"nanosecondsPerRow", share.nanosecondsPerRow()}};
}

Json pipelineJson(const PipelineStatistics& pipeline) {
  Json json = {{"id", pipeline.id},
               {"description", pipeline.description},
               {"sourceRows", pipeline.sourceRows},
               {"chunksSkipped", pipeline.chunksSkipped},
               {"chunksTotal", pipeline.chunksTotal},
               {"guesses", pipeline.guesses},
               {"interpreted", shareJson(pipeline.interpreted)},
               {"compiled", shareJson(pipeline.compiled)},
               {"startMilliseconds", pipeline.startMilliseconds},
               {"endMilliseconds", pipeline.endMilliseconds},
               {"finishMilliseconds", pipeline.finishMilliseconds},
               {"compileMilliseconds", pipeline.compileMilliseconds},
               {"loadMilliseconds", pipeline.loadMilliseconds},
               {"instructions", pipeline.instructions},
               {"codeBytes", pipeline.codeBytes},
               {"tierReason", pipeline.tierReason}};
  if (pipeline.switchedAfterMorsels) {
    json["switchedAfterMorsels"] = *pipeline.switchedAfterMorsels;
    json["switchMilliseconds"] = pipeline.switchMilliseconds;
  }
  return json;
}

Json operatorJson(const OperatorStatistics& statistics) {
  Json json = {{"id", statistics.id},
               {"label", statistics.label},
               {"path", statistics.path},
               {"rowsProduced", statistics.rowsProduced}};
  if (statistics.innerScans) json["innerScans"] = *statistics.innerScans;
  return json;
}

Json summaryJson(const ExecutionStatistics& statistics) {
  return {{"rows", statistics.rows},
          {"milliseconds", statistics.milliseconds},
          {"compileMilliseconds", statistics.compileMilliseconds},
          {"peakMemoryBytes", statistics.peakMemoryBytes},
          {"morsels", {{"interpreted", statistics.interpretedMorsels()}, {"compiled", statistics.compiledMorsels()}}}};
}

/// The middle value, or the mean of the two in the middle.
template <typename Number>
Number median(const std::vector<ExecutionStatistics>& runs, Number ExecutionStatistics::* member) {
  std::vector<Number> values;
  values.reserve(runs.size());
  for (const ExecutionStatistics& run : runs) values.push_back(run.*member);
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : values[middle - 1] + (values[middle] - values[middle - 1]) / 2;
}

/// The run whose time is the median, or the faster of the two next to it.
const ExecutionStatistics& medianRun(const std::vector<ExecutionStatistics>& runs) {
  std::vector<const ExecutionStatistics*> byTime;
  byTime.reserve(runs.size());
  for (const ExecutionStatistics& run : runs) byTime.push_back(&run);
  std::ranges::stable_sort(byTime, {}, [](const ExecutionStatistics* run) { return run->milliseconds; });
  return *byTime[(byTime.size() - 1) / 2];
}

}  // namespace

void writeStatistics(const std::vector<ExecutionStatistics>& runs, std::ostream& output) {
  const ExecutionStatistics& typical = medianRun(runs);
  Json json = summaryJson(typical);
  json["pipelines"] = Json::array();
  for (const PipelineStatistics& pipeline : typical.pipelines) json["pipelines"].push_back(pipelineJson(pipeline));
  json["operators"] = Json::array();
  for (const OperatorStatistics& each : typical.operators) json["operators"].push_back(operatorJson(each));
  json["warnings"] = typical.warnings;
  if (runs.size() > 1) {
    json["milliseconds"] = median(runs, &ExecutionStatistics::milliseconds);
    json["compileMilliseconds"] = median(runs, &ExecutionStatistics::compileMilliseconds);
    json["peakMemoryBytes"] = median(runs, &ExecutionStatistics::peakMemoryBytes);
    json["runs"] = Json::array();
    for (const ExecutionStatistics& run : runs) json["runs"].push_back(summaryJson(run));
  }
  output << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace basalt::cli
