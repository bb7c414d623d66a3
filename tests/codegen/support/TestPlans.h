#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operators/pipeline/Pipeline.h"
#include "operators/pipeline/PipelineRunner.h"
#include "operators/plan/PlanNode.h"
#include "runtime/storage/MemoryTable.h"

namespace basalt::codegen {

/// Two tables, in each of the encodings that a table can have:
///   items  i_id bigint, i_group integer, i_price decimal(12,2), i_day date, i_flag varchar (dictionary), i_note
///   varchar
///          (offsets), i_rating integer, with NULLs in i_note and i_rating; row r is made by itemRow(r)
///   groups g_id integer, g_name varchar
class TestTables final : public Catalog {
 public:
  static constexpr std::int64_t kItems = 3000;
  static constexpr std::int64_t kGroups = 10;

  TestTables();
  static std::vector<Value> itemRow(std::int64_t row);

  std::shared_ptr<const Table> find(std::string_view name) const override;
  std::vector<std::string> tableNames() const override { return {"items", "plain_items", "groups"}; }

  /// The pipelines of a plan over these tables.
  PipelinePlan pipelines(const PlanBuilder& plan) const { return buildPipelines(bindPlan(plan.build(), *this)); }

 private:
  std::shared_ptr<const Table> items_;
  /// The same rows in plain columns, of which nothing is known.
  std::shared_ptr<const Table> plainItems_;
  std::shared_ptr<const Table> groups_;
};

/// Runs all pipelines of a plan compiled, by one worker, and returns the result's rows as text, columns separated by
/// '|'.
std::vector<std::string> runCompiled(const PipelinePlan& plan, CompilerProvider& compiler);

}  // namespace basalt::codegen
