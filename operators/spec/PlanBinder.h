#pragma once

#include "operators/spec/OperatorSpec.h"

namespace basalt {

/// A plan bound to a catalog.
struct BoundPlan {
  SpecPointer root;
  const Schema& output() const { return root->output; }
};

/// Resolves tables and names, checks types, fixes layouts. Throws ExecutionError(InvalidPlan or NotFound) whose place
/// is the path of the bad node in the plan and whose message says what was expected.
BoundPlan bindPlan(const PhysicalPlan& plan, const Catalog& catalog);

/// Checks a plan as bindPlan() does, without keeping anything.
void validatePlan(const PhysicalPlan& plan, const Catalog& catalog);

}  // namespace basalt
