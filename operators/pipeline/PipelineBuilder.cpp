#include <utility>

#include "operators/pipeline/Pipeline.h"
#include "operators/pipeline/SignatureWriter.h"

namespace basalt {
namespace {

/// Numbers literals and error sites, in the order of evaluation.
void numberExpressions(Pipeline& pipeline) {
  visitPipelineExpressions(pipeline, [&](const Expression& root, const OperatorSpec& owner) {
    visitExpressions(root, [&](const Expression& part) {
      if (part.kind == Expression::Kind::Literal) {
        const auto index = static_cast<std::uint32_t>(pipeline.literals.size());
        if (pipeline.literalIndex.emplace(&part, index).second) pipeline.literals.push_back(&part);
      }
      if (part.kind == Expression::Kind::Call && part.kernel->mayFail) {
        const auto index = static_cast<std::uint32_t>(pipeline.sites.size());
        if (pipeline.siteIndex.emplace(&part, index).second) pipeline.sites.push_back({&part, &owner});
      }
    });
  });
  const auto addAggregateSites = [&](const HashAggregationSpec& aggregation, std::vector<std::uint32_t>& indexes) {
    for (const AggregateSpec& aggregate : aggregation.aggregates) {
      indexes.push_back(static_cast<std::uint32_t>(pipeline.sites.size()));
      pipeline.sites.push_back({aggregate.argument.get(), &aggregation});
    }
  };
  if (pipeline.source.spec->kind == OperatorKind::HashAggregation) {
    addAggregateSites(static_cast<const HashAggregationSpec&>(*pipeline.source.spec), pipeline.sourceAggregateSites);
  }
  if (pipeline.sink().kind == Pipeline::StepKind::Aggregate) {
    addAggregateSites(static_cast<const HashAggregationSpec&>(*pipeline.sink().spec), pipeline.sinkAggregateSites);
  }
}

/// Cuts a plan into pipelines, depth first, so that each is complete before those that depend on it.
class PipelineBuilder {
 public:
  std::vector<Pipeline> build(const OperatorSpec& root) {
    Pipeline last = deliver(root);
    finish(std::move(last), Pipeline::StepKind::Result, nullptr, root.output);
    return std::move(pipelines_);
  }

 private:
  /// A pipeline under construction whose last step so far delivers what `spec` produces.
  Pipeline deliver(const OperatorSpec& spec) {
    switch (spec.kind) {
      case OperatorKind::Scan: {
        Pipeline pipeline;
        pipeline.source = {Pipeline::SourceKind::TableScan, &spec};
        return pipeline;
      }
      case OperatorKind::Selection:
        return extend(spec, Pipeline::StepKind::Select);
      case OperatorKind::Projection:
        return extend(spec, Pipeline::StepKind::Project);
      case OperatorKind::Limit:
        return extend(spec, Pipeline::StepKind::Limit);
      case OperatorKind::HashJoin: {
        const std::uint32_t build =
            finish(deliver(*spec.children[0]), Pipeline::StepKind::JoinBuild, &spec, spec.children[0]->output);
        Pipeline pipeline = deliver(*spec.children[1]);
        pipeline.dependencies.push_back(build);
        pipeline.steps.push_back({Pipeline::StepKind::Probe, &spec});
        return pipeline;
      }
      case OperatorKind::HashAggregation:
        return restart(spec, Pipeline::StepKind::Aggregate, false);
      case OperatorKind::Sort:
        return restart(spec, Pipeline::StepKind::Sort, true);
      case OperatorKind::TopN:
        return restart(spec, Pipeline::StepKind::TopN, true);
    }
    std::unreachable();
  }

  Pipeline extend(const OperatorSpec& spec, Pipeline::StepKind kind) {
    Pipeline pipeline = deliver(*spec.children[0]);
    pipeline.steps.push_back({kind, &spec});
    return pipeline;
  }

  /// Ends the input's pipeline at a breaker and starts another that reads the breaker's rows.
  Pipeline restart(const OperatorSpec& spec, Pipeline::StepKind sink, bool ordered) {
    Pipeline pipeline;
    pipeline.dependencies.push_back(finish(deliver(*spec.children[0]), sink, &spec, spec.children[0]->output));
    pipeline.source = {Pipeline::SourceKind::Rows, &spec};
    pipeline.ordered = ordered;
    return pipeline;
  }

  std::uint32_t finish(Pipeline pipeline, Pipeline::StepKind sink, const OperatorSpec* spec, const Schema& sinkInput) {
    pipeline.steps.push_back({sink, spec});
    pipeline.sinkInput = sinkInput;
    pipeline.id = static_cast<std::uint32_t>(pipelines_.size());
    numberExpressions(pipeline);
    pipeline.signature = SignatureWriter(pipeline).write();
    pipelines_.push_back(std::move(pipeline));
    return pipelines_.back().id;
  }

  std::vector<Pipeline> pipelines_;
};

}  // namespace

PipelinePlan buildPipelines(BoundPlan plan) {
  std::vector<Pipeline> pipelines = PipelineBuilder().build(*plan.root);
  return {std::move(plan), std::move(pipelines)};
}

}  // namespace basalt
