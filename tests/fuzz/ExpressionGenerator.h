#pragma once

#include <optional>
#include <vector>

#include "operators/plan/Expr.h"
#include "tests/fuzz/Random.h"
#include "tests/fuzz/Relation.h"

namespace basalt::fuzz {

/// Makes random expressions of the types asked for, over the columns of a relation. Scalar functions come from the
/// catalog of kernels, so that new ones are used as soon as they are there.
class ExpressionGenerator {
 public:
  ExpressionGenerator(Random& random, const std::vector<RelationColumn>& columns);

  /// An expression of just this type.
  Expr make(Type type, int depth);
  Expr condition(int depth) { return make(Type::boolean(), depth); }
  /// A type that a column has, or some other one.
  Type anyType();
  /// A constant of the type; now and then NULL.
  Expr literal(Type type);
  /// A column of the type, when there is one whose values are the same everywhere.
  std::optional<Expr> column(Type type);

 private:
  using Maker = Expr (ExpressionGenerator::*)(Type type, int depth);

  Expr makeCase(Type type, int depth);
  Expr makeCoalesce(Type type, int depth);
  Expr makeNullIf(Type type, int depth);
  Expr makeCast(Type type, int depth);
  Expr makeArithmetic(Type type, int depth);
  Expr makeDecimalArithmetic(Type type, int depth);
  Expr makeDateArithmetic(Type type, int depth);
  Expr makeFunction(Type type, int depth);
  /// Functions that are more than a kernel.
  Expr makeForm(Type type, int depth);
  Expr makeComparison(Type type, int depth);
  Expr makeJunction(Type type, int depth);
  Expr makeNullTest(Type type, int depth);
  Expr makeIn(Type type, int depth);
  Expr makeBetween(Type type, int depth);
  Expr makeLike(Type type, int depth);

  Random& random_;
  /// Without inexact ones.
  std::vector<RelationColumn> columns_;
};

/// Whether DuckDB computes something else, or nothing, for a part of the expression: engines are then compared with
/// each other only. Every case has its reason beside it.
bool differsInDuckDb(const Expr& expression);

}  // namespace basalt::fuzz
