#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "operators/plan/PlanNode.h"
#include "operators/spec/OperatorSpec.h"

/// How the operators of a plan become specs, given the specs of their inputs and the path where they stand. They throw
/// ExecutionError(InvalidPlan) whose place is a path at or below it.
namespace basalt {

SpecPointer bindScan(const ScanNode& scan, const Catalog& catalog, const std::string& path);
/// `input` are left and right.
SpecPointer bindJoin(const HashJoinNode& join, std::vector<SpecPointer> inputs, const std::string& path);
SpecPointer bindJoin(const NestedLoopJoinNode& join, std::vector<SpecPointer> inputs, const std::string& path);
SpecPointer bindJoin(const CrossJoinNode& join, std::vector<SpecPointer> inputs, const std::string& path);
SpecPointer bindAggregation(const SortAggregationNode& aggregation, SpecPointer input, const std::string& path);
SpecPointer bindAggregation(const HashAggregationNode& aggregation, SpecPointer input, const std::string& path);
/// Each row once.
SpecPointer bindDistinct(SpecPointer input, const std::string& path);
/// The rows by `keys`, columns of the input, then how often each of the columns `counted` is not NULL.
SpecPointer makeCounts(SpecPointer input, const std::vector<std::uint32_t>& keys,
                       const std::vector<std::uint32_t>& counted, const std::string& path);
SpecPointer bindExpand(const ExpandNode& expand, SpecPointer input, const std::string& path);
/// A row per list of `projections`, which have equal types; the columns are called `names`.
SpecPointer makeExpand(std::vector<std::vector<ExpressionPointer>> projections, const std::vector<std::string>& names,
                       SpecPointer input, const std::string& path);
SpecPointer bindValues(const ValuesNode& values, const std::string& path);
SpecPointer bindSort(const SortNode& sort, SpecPointer input, const std::string& path);
SpecPointer bindTopN(const TopNNode& topN, SpecPointer input, const std::string& path);
SpecPointer bindWindow(const WindowNode& window, SpecPointer input, const std::string& path);
SpecPointer bindSetOperation(const SetOperationNode& operation, std::vector<SpecPointer> inputs,
                             const std::string& path);

}  // namespace basalt
