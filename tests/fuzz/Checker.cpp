#include "tests/fuzz/Checker.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/JitLibrary.h"
#include "interpreter/Interpreter.h"
#include "operators/duckdb/DuckDbSql.h"
#include "operators/spec/PlanBinder.h"
#include "runtime/ExecutionError.h"
#include "tests/fuzz/PlanEditing.h"

namespace basalt::fuzz {

namespace {

constexpr std::size_t kMostRows = 20'000;

const Variant kReference = {"interpreted"};

std::vector<Variant> variants(std::uint64_t seed) {
  static const std::vector<std::uint32_t> kBatches = {1, 2, 3, 7, 64, 100, 1000, 1024, 2048, Batch::kMaxRows};
  static const std::vector<std::uint64_t> kMorsels = {0, 1, 3, 10, 64, 100, 1000};
  Random random(seed);
  std::vector<Variant> result;
  const auto morsels = [&] { return random.pick(kMorsels); };
  result.push_back({"interpreted in odd batches", 1, EngineMode::Interpreted, {}, random.pick(kBatches), morsels()});
  result.push_back({"interpreted by two", 2, EngineMode::Interpreted, {}, random.pick(kBatches), morsels()});
  result.push_back({"compiled", 1, EngineMode::Compiled, {}, Batch::kDefaultRows, morsels()});
  result.push_back({"compiled by two", 2, EngineMode::Compiled, {}, Batch::kDefaultRows, morsels()});
  result.push_back({"switched", random.chance(50) ? std::size_t{1} : std::size_t{2}, EngineMode::Auto,
                    static_cast<std::uint64_t>(random.integer(0, 4)), random.pick(kBatches),
                    std::max<std::uint64_t>(1, morsels())});
  return result;
}

std::string describe(const Variant& variant) {
  return fmt::format(
      "{} ({} workers, batches of {}, morsels of {}{})", variant.name, variant.workers, variant.batchRows,
      variant.morselRows,
      variant.switchAfterMorsels ? fmt::format(", {} before the switch", *variant.switchAfterMorsels) : "");
}

std::string describe(const Outcome& outcome) {
  return outcome.failed() ? fmt::format("fails: {}", outcome.message)
                          : fmt::format("yields {} rows", outcome.rows.size());
}

bool isRowError(ErrorCode code) {
  return code == ErrorCode::NumericOverflow || code == ErrorCode::DivisionByZero || code == ErrorCode::InvalidCast ||
         code == ErrorCode::InvalidArgument || code == ErrorCode::CardinalityViolation;
}

/// Keys that are columns, as far as they go without another one between them.
std::vector<std::size_t> columnKeys(const std::vector<SortKey>& keys, const Schema& schema) {
  std::vector<std::size_t> columns;
  for (const SortKey& key : keys) {
    if (key.expression.kind() != Expr::Kind::Column) break;
    const auto column = schema.find(key.expression.name());
    if (!column) break;
    columns.push_back(*column);
  }
  return columns;
}

bool differsInDuckDb(const PlanNode& root) {
  bool differs = false;
  visitOperators(root, [&](const PlanNode& node) {
    visitExpressions(node, [&](const Expr& expression) { differs = differs || fuzz::differsInDuckDb(expression); });
  });
  return differs;
}

}  // namespace

std::string_view name(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::EnginesDiffer:
      return "engines differ";
    case Finding::Kind::OracleDiffers:
      return "DuckDB differs";
    case Finding::Kind::OracleRefuses:
      return "DuckDB refuses the SQL";
    case Finding::Kind::UnexpectedError:
      return "unexpected error";
    case Finding::Kind::Leak:
      return "memory leak";
  }
  return "unknown";
}

Case caseOf(const PhysicalPlan& plan, const Catalog& catalog) {
  Case made{plan, plan, {}};
  const PlanNode& root = *plan.root;
  const auto order = [&](const std::vector<SortKey>& keys) {
    const Schema schema = bindPlan(plan, catalog).output();
    made.agreement.keyColumns = columnKeys(keys, schema);
    std::vector<std::size_t> sorted = made.agreement.keyColumns;
    std::ranges::sort(sorted);
    sorted.erase(std::ranges::unique(sorted).begin(), sorted.end());
    return sorted.size() == schema.size();
  };
  const auto pick = [&](std::uint64_t limit, std::uint64_t offset) {
    made.complete = {root.children[0]};
    made.agreement = {};
    made.agreement.limitAndOffset = {limit, offset};
  };
  if (const auto* sort = std::get_if<SortNode>(&root.content)) {
    order(sort->keys);
    made.agreement.order = Agreement::Order::ByKeys;
  } else if (const auto* top = std::get_if<TopNNode>(&root.content)) {
    made.agreement.order = Agreement::Order::Total;
    if (!order(top->keys)) pick(top->limit, top->offset);
  } else if (const auto* limit = std::get_if<LimitNode>(&root.content)) {
    const auto* sorted = std::get_if<SortNode>(&root.children[0]->content);
    made.agreement.order = Agreement::Order::Total;
    if (sorted == nullptr || !order(sorted->keys)) pick(limit->limit, limit->offset);
  }
  return made;
}

ExecutionEngine& Checker::engine(const Variant& variant) {
  if (!compiler_) compiler_ = openJitLibrary();
  auto& engine = engines_[{variant.workers, variant.batchRows}];
  if (!engine) {
    ExecutionConfig config;
    config.workers = variant.workers;
    config.batchRows = variant.batchRows;
    engine = std::make_unique<ExecutionEngine>(config, interpreter::runners(), [this] { return compiler_; });
  }
  return *engine;
}

Outcome Checker::run(const PhysicalPlan& plan, const World& world, const Variant& variant,
                     std::optional<Finding>& finding) {
  QueryOptions options;
  options.mode = variant.mode;
  options.switchAfterMorsels = variant.switchAfterMorsels;
  options.morselRows = variant.morselRows;
  ExecutionEngine& engine = this->engine(variant);
  Outcome outcome;
  try {
    const auto result = engine.execute(plan, world, options);
    Row row;
    while (result->next(row)) {
      if (outcome.rows.size() == kMostRows) {
        outcome.isAbandoned = true;
        return outcome;
      }
      CellRow cells;
      for (const Value& value : row) cells.push_back(cellOf(value));
      outcome.rows.push_back(std::move(cells));
    }
    const ExecutionStatistics statistics = result->statistics();
    if (!statistics.warnings.empty()) {
      finding = {Finding::Kind::UnexpectedError,
                 fmt::format("{} warns: {}", describe(variant), statistics.warnings[0])};
    }
  } catch (const ExecutionError& error) {
    outcome.rows.clear();
    outcome.error = error.code();
    outcome.message = error.what();
    if (!isRowError(error.code())) {
      finding = {Finding::Kind::UnexpectedError, fmt::format("{} fails: {}", describe(variant), error.what())};
    }
  } catch (const std::exception& error) {
    finding = {Finding::Kind::UnexpectedError, fmt::format("{} throws: {}", describe(variant), error.what())};
  }
  if (!finding && engine.memory().current() != 0) {
    finding = {Finding::Kind::Leak,
               fmt::format("{} leaves {} bytes charged", describe(variant), engine.memory().current())};
    engines_.clear();
  }
  return outcome;
}

std::optional<Finding> Checker::compareEngines(const Case& made, const World& world, std::uint64_t seed) {
  // What is printed and read again must be the same plan.
  const PhysicalPlan read = parsePlan(printPlan(made.plan));
  const bool isLimited = made.agreement.limitAndOffset.has_value();
  std::vector<Variant> ways = variants(seed);
  if (isLimited) ways.insert(ways.begin(), kReference);
  for (const Variant& variant : ways) {
    std::optional<Finding> finding;
    const Outcome outcome = run(read, world, variant, finding);
    if (finding) return finding;
    if (outcome.isAbandoned) continue;
    // A limit may have enough rows before the one that fails.
    if (isLimited && (outcome.failed() || reference_.failed())) continue;
    // Where several rows fail, the first to be met depends on the sizes of batches and on the workers, so the codes may
    // differ.
    if (outcome.failed() != reference_.failed()) {
      return Finding{Finding::Kind::EnginesDiffer, fmt::format("{} {}\n{} {}", describe(variant), describe(outcome),
                                                               describe(kReference), describe(reference_))};
    }
    if (outcome.failed()) continue;
    if (const auto text = difference(outcome.rows, reference_.rows, made.agreement)) {
      return Finding{Finding::Kind::EnginesDiffer,
                     fmt::format("{} against {}: {}", describe(variant), describe(kReference), *text)};
    }
  }
  return std::nullopt;
}

std::optional<Finding> Checker::compareOracle(const Case& made) {
  if (expected_.isAbandoned) {
    verdict_ = Verdict::OnlyEngines;
    return std::nullopt;
  }
  if (expected_.failed()) {
    const std::string& message = expected_.message;
    // An expression that may fail by error() counts as volatile, which DuckDB takes in most places but not in all.
    if (message.find("cannot be volatile") != std::string::npos) {
      verdict_ = Verdict::OnlyEngines;
      return std::nullopt;
    }
    const bool isRefusal = message.starts_with("Binder") || message.starts_with("Parser") ||
                           message.starts_with("Catalog") || message.starts_with("Not implemented") ||
                           message.starts_with("INTERNAL") || message.starts_with("Syntax");
    if (isRefusal) return Finding{Finding::Kind::OracleRefuses, message};
    verdict_ = reference_.failed() ? Verdict::AgreedOnError : Verdict::OneFailed;
    return std::nullopt;
  }
  if (reference_.failed()) {
    verdict_ = Verdict::OneFailed;
    return std::nullopt;
  }
  Agreement agreement = made.agreement;
  if (agreement.limitAndOffset) agreement = {};
  if (const auto text = difference(reference_.rows, expected_.rows, agreement)) {
    return Finding{Finding::Kind::OracleDiffers, "Basalt against DuckDB: " + *text};
  }
  return std::nullopt;
}

std::optional<Finding> Checker::check(const Case& made, const World& world, std::uint64_t seed) {
  verdict_ = Verdict::Agreed;
  sql_.clear();
  expected_ = {};
  std::optional<Finding> finding;
  reference_ = run(made.complete, world, kReference, finding);
  if (finding) return finding;
  if (reference_.isAbandoned) {
    verdict_ = Verdict::Abandoned;
    return std::nullopt;
  }
  const Schema schema = bindPlan(made.complete, world).output();
  if (!differsInDuckDb(*made.complete.root)) sql_ = duckDbSql(made.complete, world);
  const bool isAsked = !sql_.empty();
  if (isAsked) oracle_.start(sql_);
  try {
    finding = compareEngines(made, world, seed);
  } catch (...) {
    if (isAsked) expected_ = oracle_.finish(schema);
    throw;
  }
  if (isAsked) expected_ = oracle_.finish(schema);
  if (finding) return finding;
  if (isAsked) return compareOracle(made);
  verdict_ = Verdict::OnlyEngines;
  return std::nullopt;
}

}  // namespace basalt::fuzz
