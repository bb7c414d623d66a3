#include "codegen/lowering/LoweringRegistry.h"

#include <algorithm>
#include <array>

#include "codegen/lowering/AggregateLowering.h"
#include "codegen/lowering/DeduplicateLowering.h"
#include "codegen/lowering/ExpandLowering.h"
#include "codegen/lowering/JoinBuildLowering.h"
#include "codegen/lowering/JoinProbeLowering.h"
#include "codegen/lowering/LimitLowering.h"
#include "codegen/lowering/ProjectionLowering.h"
#include "codegen/lowering/RepeatLowering.h"
#include "codegen/lowering/ResultLowering.h"
#include "codegen/lowering/RowScanLowering.h"
#include "codegen/lowering/SelectionLowering.h"
#include "codegen/lowering/SortAggregateLowering.h"
#include "codegen/lowering/SortLowering.h"
#include "codegen/lowering/TableScanLowering.h"
#include "codegen/lowering/TopNLowering.h"

namespace basalt::codegen {

namespace {

using MakeSource = std::unique_ptr<SourceLowering> (*)(PipelineBuilder&, const OperatorSpec&);
using MakeStep = std::unique_ptr<StepLowering> (*)(PipelineBuilder&, std::size_t);

template <typename Lowering>
std::unique_ptr<SourceLowering> makeSource(PipelineBuilder& builder, const OperatorSpec& spec) {
  return std::make_unique<Lowering>(builder, spec);
}
template <typename Lowering>
std::unique_ptr<StepLowering> makeStep(PipelineBuilder& builder, std::size_t step) {
  return std::make_unique<Lowering>(builder, step);
}

template <typename Kind, typename Make>
struct Entry {
  Kind kind;
  Make make;
};

using SourceKind = Pipeline::SourceKind;
using StepKind = Pipeline::StepKind;

constexpr auto kSources = std::to_array<Entry<SourceKind, MakeSource>>({
    {SourceKind::TableScan, makeSource<TableScanLowering>},
    {SourceKind::Rows, makeSource<RowScanLowering>},
});

constexpr auto kSteps = std::to_array<Entry<StepKind, MakeStep>>({
    {StepKind::Select, makeStep<SelectionLowering>},
    {StepKind::Project, makeStep<ProjectionLowering>},
    {StepKind::Probe, makeStep<JoinProbeLowering>},
    {StepKind::Limit, makeStep<LimitLowering>},
    {StepKind::Expand, makeStep<ExpandLowering>},
    {StepKind::Repeat, makeStep<RepeatLowering>},
    {StepKind::SortAggregate, makeStep<SortAggregateLowering>},
    {StepKind::Deduplicate, makeStep<DeduplicateLowering>},
    {StepKind::JoinBuild, makeStep<JoinBuildLowering>},
    {StepKind::Aggregate, makeStep<AggregateLowering>},
    {StepKind::Sort, makeStep<SortLowering>},
    {StepKind::TopN, makeStep<TopNLowering>},
    {StepKind::Window, makeStep<SortLowering>},
    {StepKind::Result, makeStep<ResultLowering>},
});

template <typename Entries, typename Kind>
auto find(const Entries& entries, Kind kind) -> decltype(entries.front().make) {
  const auto found = std::ranges::find(entries, kind, [](const auto& entry) { return entry.kind; });
  return found == entries.end() ? nullptr : found->make;
}

}  // namespace

std::unique_ptr<SourceLowering> lowerSource(PipelineBuilder& builder) {
  const Pipeline::Source& source = builder.pipeline().source;
  const MakeSource make = find(kSources, source.kind);
  return make == nullptr ? nullptr : make(builder, *source.spec);
}

std::unique_ptr<StepLowering> lowerStep(PipelineBuilder& builder, std::size_t step) {
  const MakeStep make = find(kSteps, builder.pipeline().steps[step].kind);
  return make == nullptr ? nullptr : make(builder, step);
}

bool hasLowering(Pipeline::SourceKind kind) { return find(kSources, kind) != nullptr; }
bool hasLowering(Pipeline::StepKind kind) { return find(kSteps, kind) != nullptr; }

}  // namespace basalt::codegen
