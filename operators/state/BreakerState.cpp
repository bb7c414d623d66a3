#include "operators/state/BreakerState.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "operators/state/GroupMerger.h"
#include "operators/state/SortedGroupState.h"
#include "operators/state/window/WindowState.h"
#include "runtime/hashtable/JoinTableBuilder.h"
#include "runtime/sort/InterruptibleRowLess.h"
#include "runtime/sort/RowSorter.h"
#include "runtime/sort/TopNTable.h"

namespace basalt {
namespace {

RowAddresses emptyAddresses(const std::shared_ptr<MemoryBudget>& budget) {
  return RowAddresses(RowAddresses::allocator_type(budget));
}

class JoinState final : public BreakerState {
 public:
  JoinState(const JoinSpec& spec, std::size_t workers, std::shared_ptr<MemoryBudget> budget)
      : spec_(spec),
        builder_(spec.layout,
                 {.header = spec.rowHeader(),
                  .keys = spec.keyCount(),
                  .firstKeyCanRank = spec.firstKeyCanRank(),
                  .linksRanked = !spec.testsKeys() && !spec.marksKeys(),
                  .marksKeys = spec.marksKeys(),
                  .probes = spec.probe().estimatedRows,
                  .firstKeyBounds = spec.firstKeyBounds()},
                 workers, budget),
        budget_(std::move(budget)) {}

  void* worker(std::size_t worker) override { return builder_.rows(worker).appender(); }
  std::size_t phaseCount() const override { return JoinTableBuilder::kPhases; }
  std::size_t phaseCountAfterProbing() const override {
    return spec_.buildOutput != JoinSpec::BuildOutput::Nothing ? 1 : 0;
  }
  std::size_t beginPhase(std::size_t phase) override {
    if (phase < JoinTableBuilder::kPhases) return builder_.beginPhase(phase);
    rows_.assign(builder_.partCount(), emptyAddresses(budget_));
    return rows_.size();
  }
  void runPart(std::size_t phase, std::size_t part, std::size_t worker) override {
    if (phase < JoinTableBuilder::kPhases) return builder_.runPart(phase, part, worker);
    rows_[part] = builder_.collectRows(part, spec_.buildOutput == JoinSpec::BuildOutput::Matched);
  }
  std::vector<RowSegment> segments() const override {
    std::vector<RowSegment> segments;
    for (const RowAddresses& part : rows_) segments.push_back(RowSegment::of(part));
    return segments;
  }
  void* shared() override {
    return const_cast<JoinTable*>(builder_.table());  // NOLINT: one array for all shared states
  }
  void* prober(std::size_t worker) override { return builder_.keyMarks(worker); }
  JoinFacts joinFacts() const override { return builder_.facts(); }

 private:
  const JoinSpec& spec_;
  JoinTableBuilder builder_;
  std::shared_ptr<MemoryBudget> budget_;
  /// Of the build rows, part by part, those that are put out: known when all probing is done.
  std::vector<RowAddresses> rows_;
};

class AggregationState final : public BreakerState {
 public:
  AggregationState(const AggregationSpec& spec, std::size_t workers, std::shared_ptr<MemoryBudget> budget)
      : merger_(spec, workers, std::move(budget)) {}

  void* worker(std::size_t worker) override { return merger_.groups(worker).table(); }
  void beginMorsel(std::size_t worker) override { merger_.groups(worker).beginMorsel(); }
  std::size_t phaseCount() const override { return kPhases.size(); }
  std::size_t beginPhase(std::size_t phase) override { return (merger_.*kPhases[phase].begin)(); }
  void runPart(std::size_t phase, std::size_t part, std::size_t /*worker*/) override {
    (merger_.*kPhases[phase].run)(part);
  }
  std::vector<RowSegment> segments() const override { return merger_.groups(); }

 private:
  struct Phase {
    std::size_t (GroupMerger::*begin)();
    void (GroupMerger::*run)(std::size_t part);
  };
  static constexpr std::array<Phase, 4> kPhases = {{{&GroupMerger::beginFindRuns, &GroupMerger::findRuns},
                                                    {&GroupMerger::beginScatter, &GroupMerger::scatter},
                                                    {&GroupMerger::beginMerge, &GroupMerger::merge},
                                                    {&GroupMerger::beginCollect, &GroupMerger::collect}}};

  GroupMerger merger_;
};

/// Of a sort-based aggregation: what it has not put out yet is at most one group.
class SortAggregationState final : public BreakerState {
 public:
  SortAggregationState(const AggregationSpec& spec, std::shared_ptr<MemoryBudget> budget)
      : state_(spec, budget), rows_(emptyAddresses(budget)) {}

  void* worker(std::size_t) override { return state_.group(); }
  std::size_t phaseCount() const override { return 1; }
  std::size_t beginPhase(std::size_t) override {
    if (state_.group()->isOpen != 0) rows_.push_back(state_.group()->row);
    return 0;
  }
  void runPart(std::size_t, std::size_t, std::size_t) override {}
  std::vector<RowSegment> segments() const override { return {RowSegment::of(rows_)}; }

 private:
  SortedGroupState state_;
  RowAddresses rows_;
};

class SortState final : public BreakerState {
 public:
  SortState(const SortSpec& spec, std::size_t workers, std::shared_ptr<MemoryBudget> budget)
      : sorter_(spec.rows.layout, spec.rows.keys, workers, std::move(budget), spec.stable) {}

  void* worker(std::size_t worker) override { return sorter_.rows(worker).appender(); }
  std::size_t phaseCount() const override { return RowSorter::kPhases; }
  std::size_t beginPhase(std::size_t phase) override { return sorter_.beginPhase(phase); }
  void runPart(std::size_t phase, std::size_t part, std::size_t /*worker*/) override { sorter_.runPart(phase, part); }
  void setInterrupt(const std::uint32_t* word) override { sorter_.setInterrupt(word); }
  std::vector<RowSegment> segments() const override { return {RowSegment::of(sorter_.sorted())}; }

 private:
  RowSorter sorter_;
};

class TopNState final : public BreakerState {
 public:
  TopNState(const TopNSpec& spec, std::size_t workers, std::shared_ptr<MemoryBudget> budget)
      : spec_(spec), budget_(std::move(budget)), heaps_(workers), rows_(emptyAddresses(budget_)) {}

  void* worker(std::size_t worker) override {
    auto& heap = heaps_[worker];
    if (!heap) heap = std::make_unique<TopNHeap>(spec_.rows.layout, spec_.rows.keys, rowLimit(), budget_);
    return heap->table();
  }
  std::size_t phaseCount() const override { return 1; }
  std::size_t beginPhase(std::size_t) override { return 1; }
  void runPart(std::size_t, std::size_t, std::size_t) override {
    for (const auto& heap : heaps_) {
      if (heap) rows_.insert(rows_.end(), heap->rows().begin(), heap->rows().end());
    }
    std::ranges::sort(rows_, InterruptibleRowLess(spec_.rows.layout, spec_.rows.keys, interrupt_));
    // The offset is skipped by whoever reads; see TopNSpec.
    if (rows_.size() > rowLimit()) rows_.resize(rowLimit());
  }
  void setInterrupt(const std::uint32_t* word) override { interrupt_ = word; }
  std::vector<RowSegment> segments() const override { return {RowSegment::of(rows_)}; }

 private:
  std::uint64_t rowLimit() const {
    return spec_.limit > UINT64_MAX - spec_.offset ? UINT64_MAX : spec_.limit + spec_.offset;
  }

  const TopNSpec& spec_;
  std::shared_ptr<MemoryBudget> budget_;
  std::vector<std::unique_ptr<TopNHeap>> heaps_;
  RowAddresses rows_;
  const std::uint32_t* interrupt_ = nullptr;
};

}  // namespace

std::unique_ptr<BreakerState> makeBreakerState(const Pipeline::Step& step, std::size_t workers,
                                               std::shared_ptr<MemoryBudget> budget) {
  switch (step.kind) {
    case Pipeline::StepKind::JoinBuild:
      return std::make_unique<JoinState>(static_cast<const JoinSpec&>(*step.spec), workers, std::move(budget));
    case Pipeline::StepKind::Deduplicate:
    case Pipeline::StepKind::Aggregate:
      return std::make_unique<AggregationState>(static_cast<const AggregationSpec&>(*step.spec), workers,
                                                std::move(budget));
    case Pipeline::StepKind::SortAggregate:
      return std::make_unique<SortAggregationState>(static_cast<const AggregationSpec&>(*step.spec), std::move(budget));
    case Pipeline::StepKind::Sort:
      return std::make_unique<SortState>(static_cast<const SortSpec&>(*step.spec), workers, std::move(budget));
    case Pipeline::StepKind::TopN:
      return std::make_unique<TopNState>(static_cast<const TopNSpec&>(*step.spec), workers, std::move(budget));
    case Pipeline::StepKind::Window:
      return std::make_unique<WindowState>(static_cast<const WindowSpec&>(*step.spec), workers, std::move(budget));
    case Pipeline::StepKind::Select:
    case Pipeline::StepKind::Project:
    case Pipeline::StepKind::Probe:
    case Pipeline::StepKind::Limit:
    case Pipeline::StepKind::Expand:
    case Pipeline::StepKind::Repeat:
    case Pipeline::StepKind::Result:
      break;
  }
  return nullptr;
}

}  // namespace basalt
