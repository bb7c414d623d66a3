#pragma once

#include <functional>
#include <vector>

#include "operators/plan/PlanNode.h"
#include "runtime/storage/Table.h"

namespace basalt::fuzz {

/// Calls `visit` for every operator of the plan, root first.
void visitOperators(const PlanNode& node, const std::function<void(const PlanNode&)>& visit);
/// Calls `visit` for every expression that an operator states, whole ones only.
void visitExpressions(const PlanNode& node, const std::function<void(const Expr&)>& visit);

/// Plans that are the plan with one thing taken away: an operator, an element of a list, a part of an expression. The
/// largest simplifications come first. Many of them do not bind.
std::vector<PlanPointer> simplerPlans(const PlanPointer& plan);

/// Whether the plan has one result: limits below the root and functions of a row's place stand over a total order, rows
/// are sorted where sort aggregations need it. The plan must bind.
bool isDeterministic(const PhysicalPlan& plan, const Catalog& catalog);

}  // namespace basalt::fuzz
