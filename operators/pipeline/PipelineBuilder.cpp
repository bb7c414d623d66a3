#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "operators/pipeline/Pipeline.h"
#include "operators/pipeline/SignatureWriter.h"

namespace basalt {
namespace {

/// Numbers literals and error sites, in the order of evaluation.
void numberExpressions(Pipeline& pipeline) {
  visitPipelineExpressions(pipeline, [&](const Expression& root, const OperatorSpec& owner) {
    visitExpressions(root, [&](const Expression& part) {
      if (isParameter(part)) {
        const auto index = static_cast<std::uint32_t>(pipeline.literals.size());
        if (pipeline.literalIndex.emplace(&part, index).second) pipeline.literals.push_back(&part);
      }
      if (isFallibleCall(part)) {
        const auto index = static_cast<std::uint32_t>(pipeline.sites.size());
        if (pipeline.siteIndex.emplace(&part, index).second) pipeline.sites.push_back({&part, &owner});
      }
    });
  });
  const auto aggregateSites = [&](const OperatorSpec& spec) {
    std::vector<std::uint32_t> indexes;
    for (const AggregateSpec& aggregate : static_cast<const AggregationSpec&>(spec).aggregates) {
      indexes.push_back(static_cast<std::uint32_t>(pipeline.sites.size()));
      pipeline.sites.push_back({aggregate.argument.get(), &spec});
    }
    return indexes;
  };
  if (asAggregation(*pipeline.source.spec) != nullptr) {
    pipeline.sourceAggregateSites = aggregateSites(*pipeline.source.spec);
  }
  for (const Pipeline::Step& step : pipeline.steps) {
    const bool aggregates =
        step.kind == Pipeline::StepKind::Aggregate || step.kind == Pipeline::StepKind::SortAggregate;
    pipeline.aggregateSites.push_back(aggregates ? aggregateSites(*step.spec) : std::vector<std::uint32_t>());
  }
  for (const Pipeline::Step& step : pipeline.steps) {
    if (step.kind != Pipeline::StepKind::Probe) continue;
    const auto& join = static_cast<const JoinSpec&>(*step.spec);
    if (!join.isSingle()) continue;
    std::string text = join.keysText();
    if (join.condition) text += (text.empty() ? "" : " and ") + join.condition->text;
    pipeline.singleJoinSites.emplace(&join, static_cast<std::uint32_t>(pipeline.sites.size()));
    pipeline.sites.push_back({nullptr, &join, std::move(text)});
  }
}

/// Cuts a plan into pipelines, depth first, so that each is complete before those that depend on it.
class PipelineBuilder {
 public:
  std::vector<Pipeline> build(const OperatorSpec& root) {
    finish(deliver(root), Pipeline::StepKind::Result, nullptr, root.output);
    return std::move(pipelines_);
  }

 private:
  /// A pipeline without its sink, and its number once it has one.
  struct OpenPipeline {
    Pipeline pipeline;
    /// Others that must be over before it starts, though they will end in the same sink.
    std::vector<std::shared_ptr<std::uint32_t>> after;
    std::shared_ptr<std::uint32_t> id = std::make_shared<std::uint32_t>(0);
    /// Which of the sink's inputs its rows are.
    std::uint32_t sinkInput = 0;
  };
  using OpenPipelines = std::vector<OpenPipeline>;

  /// Pipelines whose last steps so far deliver, between them, what `spec` produces.
  OpenPipelines deliver(const OperatorSpec& spec) {
    switch (spec.kind) {
      case OperatorKind::Scan:
      case OperatorKind::Values:
        return begin({Pipeline::SourceKind::TableScan, &spec});
      case OperatorKind::Selection:
        return extend(spec, Pipeline::StepKind::Select);
      case OperatorKind::Projection:
        return extend(spec, Pipeline::StepKind::Project);
      case OperatorKind::Limit:
        return extend(spec, Pipeline::StepKind::Limit);
      case OperatorKind::Expand:
        return extend(spec, Pipeline::StepKind::Expand);
      case OperatorKind::Repeat:
        return extend(spec, Pipeline::StepKind::Repeat);
      case OperatorKind::HashJoin:
      case OperatorKind::NestedLoopJoin:
      case OperatorKind::CrossJoin:
        return join(static_cast<const JoinSpec&>(spec));
      case OperatorKind::HashAggregation:
        return aggregate(static_cast<const AggregationSpec&>(spec));
      case OperatorKind::SortAggregation:
        return sortAggregate(spec);
      case OperatorKind::Sort:
        return sort(static_cast<const SortSpec&>(spec));
      case OperatorKind::TopN:
        return restart(spec, Pipeline::StepKind::TopN, true);
      case OperatorKind::Window:
        return restart(spec, Pipeline::StepKind::Window, true);
      case OperatorKind::UnionAll: {
        OpenPipelines all;
        for (const SpecPointer& child : spec.children) std::ranges::move(deliver(*child), std::back_inserter(all));
        return all;
      }
    }
    std::unreachable();
  }

  static OpenPipelines begin(Pipeline::Source source) {
    OpenPipelines open(1);
    open.front().pipeline.source = source;
    return open;
  }

  OpenPipelines extend(const OperatorSpec& spec, Pipeline::StepKind kind) {
    OpenPipelines open = deliver(*spec.children[0]);
    for (OpenPipeline& each : open) each.pipeline.steps.push_back({kind, &spec});
    return open;
  }

  OpenPipelines join(const JoinSpec& spec) {
    const std::vector<std::uint32_t> builds =
        finish(deliver(spec.build()), Pipeline::StepKind::JoinBuild, &spec, spec.build().output);
    OpenPipelines open = deliver(spec.probe());
    for (OpenPipeline& each : open) {
      addDependencies(each.pipeline, builds);
      each.pipeline.steps.push_back({Pipeline::StepKind::Probe, &spec});
    }
    if (spec.buildOutput != JoinSpec::BuildOutput::Nothing) {
      OpenPipeline scan = std::move(begin({Pipeline::SourceKind::Rows, &spec}).front());
      addDependencies(scan.pipeline, builds);
      for (const OpenPipeline& each : open) scan.after.push_back(each.id);
      open.push_back(std::move(scan));
    }
    return open;
  }

  /// Aggregates the input's rows, and after them the groups of the deduplications that they pass through.
  OpenPipelines aggregate(const AggregationSpec& spec) {
    std::vector<const AggregationSpec*> deduplications;
    const OperatorSpec* input = spec.children[0].get();
    while (deduplications.size() + 1 < spec.inputs.size()) {
      deduplications.push_back(static_cast<const AggregationSpec*>(input));
      input = input->children[0].get();
    }
    OpenPipelines open = deliver(*input);
    std::vector<std::shared_ptr<std::uint32_t>> fillers;
    for (OpenPipeline& each : open) {
      for (const AggregationSpec* deduplication : deduplications) {
        each.pipeline.steps.push_back({Pipeline::StepKind::Deduplicate, deduplication});
      }
      fillers.push_back(each.id);
    }
    for (std::size_t index = 0; index < deduplications.size(); ++index) {
      OpenPipeline groups = std::move(begin({Pipeline::SourceKind::Rows, deduplications[index]}).front());
      groups.after = fillers;
      groups.sinkInput = static_cast<std::uint32_t>(index + 1);
      open.push_back(std::move(groups));
    }
    return restart(spec, std::move(open), Pipeline::StepKind::Aggregate, input->output, false);
  }

  /// The input's rows put out all groups but the last, which comes when all of them are through.
  OpenPipelines sortAggregate(const OperatorSpec& spec) {
    OpenPipelines open = deliver(*spec.children[0]);
    OpenPipeline last = std::move(begin({Pipeline::SourceKind::Rows, &spec}).front());
    for (OpenPipeline& each : open) {
      each.pipeline.steps.push_back({Pipeline::StepKind::SortAggregate, &spec});
      each.pipeline.ordered = true;
      last.after.push_back(each.id);
    }
    last.pipeline.ordered = true;
    open.push_back(std::move(last));
    return open;
  }

  OpenPipelines sort(const SortSpec& spec) {
    OpenPipelines input = deliver(*spec.children[0]);
    if (spec.stable) {
      for (OpenPipeline& each : input) each.pipeline.ordered = true;
    }
    return restart(spec, std::move(input), Pipeline::StepKind::Sort, spec.children[0]->output, true);
  }

  /// Ends the input's pipelines at a breaker and starts another that reads the breaker's rows.
  OpenPipelines restart(const OperatorSpec& spec, Pipeline::StepKind sink, bool ordered) {
    const OperatorSpec& input = *spec.children[0];
    return restart(spec, deliver(input), sink, input.output, ordered);
  }
  OpenPipelines restart(const OperatorSpec& spec, OpenPipelines input, Pipeline::StepKind sink, const Schema& sinkInput,
                        bool ordered) {
    const std::vector<std::uint32_t> inputs = finish(std::move(input), sink, &spec, sinkInput);
    OpenPipelines open = begin({Pipeline::SourceKind::Rows, &spec});
    addDependencies(open.front().pipeline, inputs);
    open.front().pipeline.ordered = ordered;
    return open;
  }

  static void addDependencies(Pipeline& pipeline, const std::vector<std::uint32_t>& ids) {
    pipeline.dependencies.insert(pipeline.dependencies.end(), ids.begin(), ids.end());
  }

  /// Whether a sink makes the same of rows that come in any order. Not an aggregation, which may string texts together,
  /// and not a window, which numbers rows as they come where it has no keys.
  static bool forgetsOrder(Pipeline::StepKind sink, const OperatorSpec* spec) {
    switch (sink) {
      case Pipeline::StepKind::JoinBuild:
      case Pipeline::StepKind::TopN:
        return true;
      case Pipeline::StepKind::Sort:
        return !static_cast<const SortSpec&>(*spec).stable;
      default:
        return false;
    }
  }
  /// Whether a step on the way takes what comes first, or what lies together.
  static bool needsOrder(const Pipeline& pipeline) {
    return std::ranges::any_of(pipeline.steps, [](const Pipeline::Step& step) {
      return step.kind == Pipeline::StepKind::Limit || step.kind == Pipeline::StepKind::SortAggregate;
    });
  }

  /// Gives the pipelines their common sink; returns their numbers.
  std::vector<std::uint32_t> finish(OpenPipelines open, Pipeline::StepKind sink, const OperatorSpec* spec,
                                    const Schema& sinkInput) {
    for (OpenPipeline& each : open) {
      Pipeline& pipeline = each.pipeline;
      const bool stepsNeedOrder = needsOrder(pipeline);
      pipeline.ordered = pipeline.ordered && (stepsNeedOrder || !forgetsOrder(sink, spec));
      // Results of several workers can be put in order behind them.
      pipeline.serial = pipeline.ordered && (stepsNeedOrder || sink != Pipeline::StepKind::Result);
    }
    // Rows in order are taken by whoever is free in the place of the first worker, so nobody else may use that place.
    const bool oneByOne = std::ranges::any_of(open, [](const OpenPipeline& each) { return each.pipeline.ordered; });
    std::vector<std::uint32_t> ids;
    for (OpenPipeline& each : open) {
      Pipeline& pipeline = each.pipeline;
      for (const auto& before : each.after) pipeline.dependencies.push_back(*before);
      if (oneByOne && !ids.empty()) pipeline.dependencies.push_back(ids.back());
      pipeline.steps.push_back({sink, spec, each.sinkInput});
      pipeline.sinkInput = each.sinkInput == 0 ? sinkInput : pipeline.source.spec->output;
      pipeline.id = static_cast<std::uint32_t>(pipelines_.size());
      *each.id = pipeline.id;
      ids.push_back(pipeline.id);
      numberExpressions(pipeline);
      pipeline.signature = SignatureWriter(pipeline).write();
      pipelines_.push_back(std::move(pipeline));
    }
    return ids;
  }

  std::vector<Pipeline> pipelines_;
};

}  // namespace

PipelinePlan buildPipelines(BoundPlan plan) {
  std::vector<Pipeline> pipelines = PipelineBuilder().build(*plan.root);
  return {std::move(plan), std::move(pipelines)};
}

}  // namespace basalt
