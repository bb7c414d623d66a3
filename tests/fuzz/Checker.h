#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/ExecutionEngine.h"
#include "tests/fuzz/Oracle.h"
#include "tests/fuzz/PlanGenerator.h"

namespace basalt::fuzz {

/// A way to run a plan in Basalt.
struct Variant {
  std::string name;
  std::size_t workers = 1;
  EngineMode mode = EngineMode::Interpreted;
  std::optional<std::uint64_t> switchAfterMorsels = {};
  std::uint32_t batchRows = Batch::kDefaultRows;
  std::uint64_t morselRows = 0;
};

/// Something that should not be.
struct Finding {
  enum class Kind : std::uint8_t {
    EnginesDiffer,    ///< two ways to run the plan in Basalt
    OracleDiffers,    ///< rows of Basalt and of DuckDB
    OracleRefuses,    ///< DuckDB cannot run the SQL
    UnexpectedError,  ///< an error that no row can cause
    Leak,             ///< memory still charged after the query
  };
  Kind kind = Kind::EnginesDiffer;
  std::string text;
};
std::string_view name(Finding::Kind kind);

/// What became of a case without a finding.
enum class Verdict : std::uint8_t {
  Agreed,         ///< all engines and DuckDB
  AgreedOnError,  ///< all fail
  OnlyEngines,    ///< the engines agree, DuckDB was not or could not be asked
  OneFailed,      ///< either Basalt or DuckDB fails: SQL leaves open which rows are evaluated
  Abandoned,      ///< too many rows, or too slow
};

/// Judges a plan: how a finding's case is to be judged depends on the plan alone, so that simpler plans can be.
Case caseOf(const PhysicalPlan& plan, const Catalog& catalog);

/// Runs cases in all ways and compares.
class Checker {
 public:
  explicit Checker(Oracle& oracle) : oracle_(oracle) {}

  /// `seed` chooses batch and morsel sizes. The oracle must have the world's tables.
  std::optional<Finding> check(const Case& made, const World& world, std::uint64_t seed);
  Verdict verdict() const { return verdict_; }

  // Of the last check:
  const std::string& sql() const { return sql_; }
  const Outcome& basalt() const { return reference_; }
  const Outcome& duckDb() const { return expected_; }

 private:
  Outcome run(const PhysicalPlan& plan, const World& world, const Variant& variant, std::optional<Finding>& finding);
  ExecutionEngine& engine(const Variant& variant);
  std::optional<Finding> compareEngines(const Case& made, const World& world, std::uint64_t seed);
  std::optional<Finding> compareOracle(const Case& made);

  Oracle& oracle_;
  std::map<std::pair<std::size_t, std::uint32_t>, std::unique_ptr<ExecutionEngine>> engines_;
  std::shared_ptr<CompilerProvider> compiler_;
  Verdict verdict_ = Verdict::Agreed;
  std::string sql_;
  Outcome reference_;
  Outcome expected_;
};

}  // namespace basalt::fuzz
