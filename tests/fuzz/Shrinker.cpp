#include "tests/fuzz/Shrinker.h"

#include <algorithm>
#include <set>
#include <utility>

#include "operators/pipeline/Pipeline.h"
#include "operators/spec/PlanBinder.h"
#include "runtime/ExecutionError.h"
#include "tests/fuzz/PlanEditing.h"

namespace basalt::fuzz {

namespace {

class Shrinker {
 public:
  Shrinker(FoundCase found, Checker& checker, Oracle& oracle, std::chrono::seconds time)
      : found_(std::move(found)),
        checker_(checker),
        oracle_(oracle),
        deadline_(std::chrono::steady_clock::now() + time) {}

  FoundCase shrink() {
    dropTables();
    bool isSmaller = true;
    while (isSmaller && !isLate()) {
      isSmaller = simplifyPlan();
      isSmaller = dropRows() || isSmaller;
    }
    dropColumns();
    oracle_.load(found_.world);
    return std::move(found_);
  }

 private:
  bool isLate() const { return std::chrono::steady_clock::now() > deadline_; }

  /// Takes the simpler case when the finding is still there.
  bool accept(const PhysicalPlan& plan, const World& world) {
    if (isLate()) return false;
    try {
      (void)buildPipelines(bindPlan(plan, world));
      if (!isDeterministic(plan, world)) return false;
      const std::optional<Finding> finding = checker_.check(caseOf(plan, world), world, found_.seed);
      if (!finding || finding->kind != found_.finding.kind) return false;
      found_.finding = *finding;
    } catch (const ExecutionError&) {
      return false;
    }
    found_.plan = plan;
    return true;
  }

  bool simplifyPlan() {
    bool isSmaller = false;
    bool goesOn = true;
    while (goesOn && !isLate()) {
      goesOn = false;
      for (PlanPointer& simpler : simplerPlans(found_.plan.root)) {
        if (!accept({std::move(simpler)}, found_.world)) continue;
        goesOn = true;
        isSmaller = true;
        break;
      }
    }
    return isSmaller;
  }

  bool acceptTables(std::vector<WorldTable> tables) {
    World world(std::move(tables));
    oracle_.load(world);
    if (!accept(found_.plan, world)) return false;
    found_.world = std::move(world);
    return true;
  }

  void dropTables() {
    std::set<std::string> used;
    visitOperators(*found_.plan.root, [&](const PlanNode& node) {
      if (const auto* scan = std::get_if<ScanNode>(&node.content)) used.insert(scan->table);
    });
    std::vector<WorldTable> tables = found_.world.tables();
    if (std::erase_if(tables, [&](const WorldTable& table) { return !used.contains(table.name); }) > 0) {
      acceptTables(std::move(tables));
    }
  }

  bool dropRows() {
    bool isSmaller = false;
    for (std::size_t table = 0; table < found_.world.tables().size(); ++table) {
      for (std::size_t piece = std::max<std::size_t>(found_.world.tables()[table].rows.size(), 1); piece > 0;
           piece /= 2) {
        for (std::size_t begin = 0; begin < found_.world.tables()[table].rows.size() && !isLate();) {
          std::vector<WorldTable> tables = found_.world.tables();
          std::vector<Row>& rows = tables[table].rows;
          const std::size_t end = std::min(rows.size(), begin + piece);
          rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                     rows.begin() + static_cast<std::ptrdiff_t>(end));
          if (acceptTables(std::move(tables))) {
            isSmaller = true;
          } else {
            begin = end;
          }
        }
      }
    }
    oracle_.load(found_.world);
    return isSmaller;
  }

  void dropColumns() {
    for (std::size_t table = 0; table < found_.world.tables().size(); ++table) {
      for (std::size_t column = found_.world.tables()[table].columns.size(); column-- > 0 && !isLate();) {
        std::vector<WorldTable> tables = found_.world.tables();
        if (tables[table].columns.size() < 2) break;
        const auto position = static_cast<std::ptrdiff_t>(column);
        tables[table].columns.erase(tables[table].columns.begin() + position);
        for (Row& row : tables[table].rows) row.erase(row.begin() + position);
        acceptTables(std::move(tables));
      }
    }
  }

  FoundCase found_;
  Checker& checker_;
  Oracle& oracle_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace

FoundCase shrink(FoundCase found, Checker& checker, Oracle& oracle, std::chrono::seconds time) {
  return Shrinker(std::move(found), checker, oracle, time).shrink();
}

}  // namespace basalt::fuzz
