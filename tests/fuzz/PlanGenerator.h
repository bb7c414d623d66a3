#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "operators/plan/PlanNode.h"
#include "tests/fuzz/ExpressionGenerator.h"
#include "tests/fuzz/Outcome.h"
#include "tests/fuzz/Random.h"
#include "tests/fuzz/Relation.h"
#include "tests/fuzz/World.h"

namespace basalt::fuzz {

/// A plan and how its results are judged.
struct Case {
  PhysicalPlan plan;
  /// The same plan, or without the LIMIT at its root, which picks any rows when it has no order.
  PhysicalPlan complete;
  Agreement agreement;
};

/// How often the generator was refused an operator that it thought was right, by what was said.
using Refusals = std::map<std::string, std::size_t>;

/// Makes random plans over a world's tables, bottom up: every operator is bound when it is added, and left out when
/// Basalt refuses it.
class PlanGenerator {
 public:
  PlanGenerator(const World& world, std::uint64_t seed, Refusals& refusals)
      : world_(world), random_(seed), refusals_(refusals) {}

  Case make();

 private:
  using Exactnesses = std::map<std::string, Exactness>;

  Relation relation(int depth);
  Relation unary(Relation input, int depth);
  Relation binary(int depth);

  Relation scan();
  Relation values();
  Relation selection(Relation input);
  Relation projection(Relation input);
  Relation aggregation(Relation input);
  Relation sortAggregation(Relation input);
  Relation distinct(Relation input);
  Relation top(Relation input);
  Relation sort(Relation input);
  Relation expand(Relation input);
  Relation window(Relation input);
  Relation join(Relation left, Relation right);
  Relation setOperation(Relation left, Relation right);

  void finish(Relation& relation, Case& result);

  /// The relation with an operator on top, when Basalt takes it; else nothing. `exactnesses` names columns that are not
  /// Exact, or not what a column of that name was in `inputs`.
  std::optional<Relation> bind(const PlanBuilder& plan, const std::vector<const Relation*>& inputs,
                               const Exactnesses& exactnesses, double rows);
  Relation bindOr(Relation input, const PlanBuilder& plan, const Exactnesses& exactnesses, double rows);

  std::string newName() { return "x" + std::to_string(++lastName_); }
  /// The columns under new names, all or as many as chance likes.
  Relation renamed(Relation input);
  /// No more than so many rows.
  Relation shrunk(Relation input, double rows);
  NamedExpr output(const Relation& input, Exactnesses& exactnesses);
  std::vector<NamedExpr> groupKeys(const Relation& input, std::int64_t most);
  std::vector<AggregateCall> aggregates(const Relation& input, Exactnesses& exactnesses);
  std::optional<AggregateCall> aggregate(const Relation& input, Exactnesses& exactnesses);
  WindowCall windowCall(const Relation& input, bool isTotal, Exactnesses& exactnesses);
  WindowFrame frame(bool isTotal);
  std::vector<JoinKey> joinKeys(const Relation& left, const Relation& right);
  /// By columns, every one of them when `isTotal`.
  std::vector<SortKey> sortKeys(const Relation& input, bool isTotal);
  static bool isExact(const Relation& relation);

  const World& world_;
  Random random_;
  Refusals& refusals_;
  int lastName_ = 0;
};

}  // namespace basalt::fuzz
