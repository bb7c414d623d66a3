#pragma once

#include <string>
#include <vector>

#include "operators/plan/PlanNode.h"
#include "runtime/types/Schema.h"

namespace basalt::fuzz {

/// How far the values of a floating column are the same in every engine.
enum class Exactness : std::uint8_t {
  Dyadic,   ///< small multiples of a power of two: sums are the same in any order
  Exact,    ///< bit for bit the same
  Inexact,  ///< may differ in the last digits, so nothing is decided by them
};

struct RelationColumn {
  std::string name;
  Type type;
  Exactness exactness = Exactness::Exact;
};

/// A plan under construction: what it puts out and about how much of it.
struct Relation {
  PlanBuilder plan;
  std::vector<RelationColumn> columns;
  double rows = 0;

  Schema schema() const {
    Schema schema;
    for (const RelationColumn& column : columns) schema.append({column.name, column.type, true});
    return schema;
  }
};

}  // namespace basalt::fuzz
