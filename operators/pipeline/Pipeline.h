#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "operators/spec/OperatorSpec.h"
#include "operators/spec/PlanBinder.h"

namespace basalt {

/// A part of a plan that runs without materialising: rows come from a source, pass through steps, end in a sink. All
/// that a runner needs to know; immutable.
struct Pipeline {
  enum class SourceKind : std::uint8_t {
    TableScan,  ///< spec is a ScanSpec; morsels are ranges of chunks
    Rows,       ///< spec is of an operator that has stored rows; morsels are their addresses
  };
  struct Source {
    SourceKind kind = SourceKind::TableScan;
    const OperatorSpec* spec = nullptr;
  };

  enum class StepKind : std::uint8_t {
    // Streaming steps.
    Select,         ///< SelectionSpec
    Project,        ///< ProjectionSpec
    Probe,          ///< JoinSpec; shared state JoinTable*
    Limit,          ///< LimitSpec; shared state LimitState*
    Expand,         ///< ExpandSpec
    Repeat,         ///< RepeatSpec
    SortAggregate,  ///< AggregationSpec; worker state SortedGroup*, one for all workers, of an ordered pipeline
    Deduplicate,    ///< AggregationSpec that passes its rows on; worker state GroupTable*
    // Sinks: the last step, and only there.
    JoinBuild,  ///< JoinSpec; worker state RowAppender*
    Aggregate,  ///< AggregationSpec; worker state GroupTable*
    Sort,       ///< SortSpec; worker state RowAppender*
    TopN,       ///< TopNSpec; worker state TopNTable*
    Window,     ///< WindowSpec; worker state RowAppender*
    Result,     ///< no spec; worker state ResultWriter*
  };
  struct Step {
    StepKind kind = StepKind::Result;
    const OperatorSpec* spec = nullptr;
    /// Aggregate: which of the aggregation's inputs the rows are.
    std::uint32_t input = 0;
  };

  /// A fallible expression: what an error in it is reported as.
  struct Site {
    const Expression* expression = nullptr;
    const OperatorSpec* spec = nullptr;
    /// What is named in place of an expression, such as a join's keys.
    std::string text = {};
  };

  std::uint32_t id = 0;
  Source source;
  /// Streaming steps, then the sink. Never empty.
  std::vector<Step> steps;
  /// Pipelines that must have finished before this one starts.
  std::vector<std::uint32_t> dependencies;
  /// Rows must reach the sink in source order.
  bool ordered = false;
  /// Only one worker may run it: steps or the sink take the rows in order one by one.
  bool serial = false;
  /// Columns that reach the sink.
  Schema sinkInput;

  /// All literals and prepared constants of all expressions, in visiting order; literal i is the parameter at byte i *
  /// kParameterBytes.
  std::vector<const Expression*> literals;
  std::unordered_map<const Expression*, std::uint32_t> literalIndex;
  /// All kernel calls and aggregates that may fail, in visiting order.
  std::vector<Site> sites;
  std::unordered_map<const Expression*, std::uint32_t> siteIndex;
  /// Sites of aggregates, which follow the expressions: of a step's AggregationSpec, by step and aggregate (empty for
  /// other steps), and of the source's.
  std::vector<std::vector<std::uint32_t>> aggregateSites;
  std::vector<std::uint32_t> sourceAggregateSites;
  /// Site of a second match in each single join, by its spec; they come last.
  std::unordered_map<const OperatorSpec*, std::uint32_t> singleJoinSites;

  /// Bytes that determine the generated code: equal for pipelines that differ in literals only. Not readable.
  std::string signature;

  const Step& sink() const { return steps.back(); }
  /// "Scan#4 > HashJoin#2 > HashAggregation#1".
  std::string describe() const;
  /// The operator whose output leaves the source (index 0) or step (index 1 + step); what WorkerState::rowCounts
  /// counts.
  const OperatorSpec* producer(std::size_t countIndex) const;
};

/// The input of an aggregation that an Aggregate or Deduplicate step takes in.
const AggregationInput& aggregationInput(const Pipeline::Step& step);
/// Whether the step fills its spec's BreakerState.
bool fillsBreaker(const Pipeline::Step& step);

/// A bound plan cut at its breakers. The pipelines are in an order in which they could run one after the other. Several
/// of them may end in the same sink: those of the inputs of a UnionAll, or that of a join's probes and the one that
/// puts out its build rows. The sink is complete when all of them are; the last ones end in the Result sink. Keeps the
/// plan alive.
struct PipelinePlan {
  BoundPlan plan;
  std::vector<Pipeline> pipelines;
};
PipelinePlan buildPipelines(BoundPlan plan);

/// Calls `visit` for every expression that the pipeline evaluates (roots only), in the order in which they are
/// evaluated.
void visitPipelineExpressions(const Pipeline& pipeline,
                              const std::function<void(const Expression& root, const OperatorSpec& owner)>& visit);

}  // namespace basalt
