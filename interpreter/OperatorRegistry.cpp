#include "interpreter/OperatorRegistry.h"

#include <algorithm>
#include <utility>

#include "interpreter/operators/DeduplicateOperator.h"
#include "interpreter/operators/ExpandOperator.h"
#include "interpreter/operators/JoinExistenceOperator.h"
#include "interpreter/operators/JoinPairsOperator.h"
#include "interpreter/operators/LimitOperator.h"
#include "interpreter/operators/MorselScanOperator.h"
#include "interpreter/operators/ProjectionOperator.h"
#include "interpreter/operators/RepeatOperator.h"
#include "interpreter/operators/RowScanOperator.h"
#include "interpreter/operators/SelectionOperator.h"
#include "interpreter/operators/SortAggregateOperator.h"
#include "interpreter/sinks/AggregateSink.h"
#include "interpreter/sinks/JoinBuildSink.h"
#include "interpreter/sinks/ResultSink.h"
#include "interpreter/sinks/SortSink.h"
#include "interpreter/sinks/TopNSink.h"
#include "runtime/ExecutionError.h"

namespace basalt::interpreter {

namespace {

using Request = OperatorRegistry::Request;

template <typename Spec>
const Spec& specOf(const Request& request) {
  return static_cast<const Spec&>(*request.spec);
}

/// What all workers share at the request's step.
template <typename State>
State* sharedOf(const Request& request) {
  return static_cast<State*>(request.context.pipelineState->shared[request.step]);
}

/// What the worker has for itself at the request's step.
template <typename State>
State* localOf(const Request& request) {
  return static_cast<State*>(request.context.state.local[request.step]);
}

template <typename Operator, typename Spec>
std::unique_ptr<PhysicalOperator> makeStep(const Request& request, std::unique_ptr<PhysicalOperator> input) {
  return std::make_unique<Operator>(request.context, specOf<Spec>(request), std::move(input));
}

std::unique_ptr<PhysicalOperator> makeProbe(const Request& request, std::unique_ptr<PhysicalOperator> input) {
  const auto& join = specOf<JoinSpec>(request);
  const auto* const table = sharedOf<const JoinTable>(request);
  if (join.probeOutput == JoinSpec::ProbeOutput::Pairs) {
    return std::make_unique<JoinPairsOperator>(request.context, join, table, std::move(input));
  }
  return std::make_unique<JoinExistenceOperator>(request.context, join, table, localOf<std::uint8_t>(request),
                                                 std::move(input));
}

template <typename Sink, typename Spec, typename State>
std::unique_ptr<BatchSink> makeSink(const Request& request) {
  return std::make_unique<Sink>(request.context, specOf<Spec>(request), localOf<State>(request));
}

template <typename Creators>
auto* findIn(Creators& creators, std::string_view operatorName) {
  const auto found = creators.find(std::string(operatorName));
  return found == creators.end() ? nullptr : &found->second;
}

}  // namespace

std::string_view name(Pipeline::SourceKind kind) noexcept {
  switch (kind) {
    case Pipeline::SourceKind::TableScan:
      return "TableScan";
    case Pipeline::SourceKind::Rows:
      return "RowScan";
  }
  return "Unknown";
}

std::string_view name(Pipeline::StepKind kind) noexcept {
  switch (kind) {
    case Pipeline::StepKind::Select:
      return "Selection";
    case Pipeline::StepKind::Project:
      return "Projection";
    case Pipeline::StepKind::Probe:
      return "JoinProbe";
    case Pipeline::StepKind::Limit:
      return "Limit";
    case Pipeline::StepKind::Expand:
      return "Expand";
    case Pipeline::StepKind::Repeat:
      return "Repeat";
    case Pipeline::StepKind::SortAggregate:
      return "SortAggregation";
    case Pipeline::StepKind::Deduplicate:
      return "Deduplication";
    case Pipeline::StepKind::JoinBuild:
      return "JoinBuild";
    case Pipeline::StepKind::Aggregate:
      return "HashAggregation";
    case Pipeline::StepKind::Sort:
      return "Sort";
    case Pipeline::StepKind::TopN:
      return "TopN";
    case Pipeline::StepKind::Window:
      return "Window";
    case Pipeline::StepKind::Result:
      return "Result";
  }
  return "Unknown";
}

OperatorRegistry OperatorRegistry::withBuiltIns() {
  using SourceKind = Pipeline::SourceKind;
  using StepKind = Pipeline::StepKind;
  OperatorRegistry registry;
  registry.addSource(std::string(name(SourceKind::TableScan)), [](const Request& request) {
    return std::make_unique<MorselScanOperator>(request.context, specOf<ScanSpec>(request));
  });
  registry.addSource(std::string(name(SourceKind::Rows)), [](const Request& request) {
    return std::make_unique<RowScanOperator>(request.context, *request.spec);
  });
  registry.addStep(std::string(name(StepKind::Select)), makeStep<SelectionOperator, SelectionSpec>);
  registry.addStep(std::string(name(StepKind::Project)), makeStep<ProjectionOperator, ProjectionSpec>);
  registry.addStep(std::string(name(StepKind::Probe)), makeProbe);
  registry.addStep(std::string(name(StepKind::Limit)), [](const Request& request,
                                                          std::unique_ptr<PhysicalOperator> input) {
    return std::make_unique<LimitOperator>(specOf<LimitSpec>(request), sharedOf<LimitState>(request), std::move(input));
  });
  registry.addStep(std::string(name(StepKind::Expand)), makeStep<ExpandOperator, ExpandSpec>);
  registry.addStep(std::string(name(StepKind::Repeat)), makeStep<RepeatOperator, RepeatSpec>);
  registry.addStep(std::string(name(StepKind::Deduplicate)),
                   [](const Request& request, std::unique_ptr<PhysicalOperator> input) {
                     return std::make_unique<DeduplicateOperator>(request.context, specOf<AggregationSpec>(request),
                                                                  localOf<GroupTable>(request), std::move(input));
                   });
  registry.addStep(
      std::string(name(StepKind::SortAggregate)), [](const Request& request, std::unique_ptr<PhysicalOperator> input) {
        return std::make_unique<SortAggregateOperator>(request.context, specOf<AggregationSpec>(request),
                                                       request.context.pipeline->aggregateSites[request.step],
                                                       localOf<SortedGroup>(request), std::move(input));
      });
  registry.addSink(std::string(name(StepKind::JoinBuild)), makeSink<JoinBuildSink, JoinSpec, RowAppender>);
  registry.addSink(std::string(name(StepKind::Aggregate)), [](const Request& request) {
    return std::make_unique<AggregateSink>(
        request.context, specOf<AggregationSpec>(request), request.context.pipeline->steps[request.step].input,
        request.context.pipeline->aggregateSites[request.step], localOf<GroupTable>(request));
  });
  registry.addSink(std::string(name(StepKind::Sort)), makeSink<SortSink, OperatorSpec, RowAppender>);
  registry.addSink(std::string(name(StepKind::Window)), makeSink<SortSink, OperatorSpec, RowAppender>);
  registry.addSink(std::string(name(StepKind::TopN)), makeSink<TopNSink, TopNSpec, TopNTable>);
  registry.addSink(std::string(name(StepKind::Result)),
                   [](const Request& request) { return std::make_unique<ResultSink>(localOf<ResultWriter>(request)); });
  return registry;
}

void OperatorRegistry::claim(const std::string& operatorName) const {
  if (sources_.contains(operatorName) || steps_.contains(operatorName) || sinks_.contains(operatorName)) {
    throw ExecutionError(ErrorCode::InvalidUsage, "operator registry",
                         "operator " + operatorName + " is already registered");
  }
}

void OperatorRegistry::addSource(std::string operatorName, SourceCreator creator) {
  claim(operatorName);
  sources_.emplace(std::move(operatorName), std::move(creator));
}

void OperatorRegistry::addStep(std::string operatorName, StepCreator creator) {
  claim(operatorName);
  steps_.emplace(std::move(operatorName), std::move(creator));
}

void OperatorRegistry::addSink(std::string operatorName, SinkCreator creator) {
  claim(operatorName);
  sinks_.emplace(std::move(operatorName), std::move(creator));
}

const OperatorRegistry::SourceCreator* OperatorRegistry::findSource(std::string_view operatorName) const {
  return findIn(sources_, operatorName);
}

const OperatorRegistry::StepCreator* OperatorRegistry::findStep(std::string_view operatorName) const {
  return findIn(steps_, operatorName);
}

const OperatorRegistry::SinkCreator* OperatorRegistry::findSink(std::string_view operatorName) const {
  return findIn(sinks_, operatorName);
}

std::vector<std::string> OperatorRegistry::names() const {
  std::vector<std::string> all;
  for (const auto& entry : sources_) all.push_back(entry.first);
  for (const auto& entry : steps_) all.push_back(entry.first);
  for (const auto& entry : sinks_) all.push_back(entry.first);
  std::ranges::sort(all);
  return all;
}

}  // namespace basalt::interpreter
