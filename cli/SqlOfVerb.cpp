#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/Failure.h"
#include "cli/Output.h"
#include "cli/QueryArguments.h"
#include "cli/Verbs.h"
#include "operators/duckdb/DuckDbSql.h"

namespace basalt::cli {

namespace {

struct SqlOfArguments {
  std::string plan;
  std::string store;
  std::string output;
};

int printSql(const SqlOfArguments& arguments) {
  const std::unique_ptr<const Store> store = openStore(arguments.store);
  const std::string sql = sqlOf(readPlan(arguments.plan), *store, arguments.plan);
  Output output(arguments.output);
  output.stream() << sql;
  output.publish();
  return kOk;
}

}  // namespace

void addSqlOfVerb(CLI::App& program, Action& action) {
  auto arguments = std::make_shared<SqlOfArguments>();
  CLI::App& verb = *program.add_subcommand("sql-of", "Print a plan as a SQL statement in DuckDB's dialect");
  addPlanArguments(verb, arguments->plan, arguments->store);
  verb.add_option("-o,--output", arguments->output, "Write here instead of standard output")->type_name("FILE");
  verb.footer(fmt::format(
      "The statement computes what the plan computes, over tables of the same names: for reading a plan, and for\n"
      "comparing results. Types and casts are spelled out, so the store's schemas are needed. An order holds for the\n"
      "whole statement and under a LIMIT; SortAggregation becomes GROUP BY.\n"
      "\n"
      "Example:\n"
      "  basalt sql-of q03.json --store data/store | duckdb tpch.db\n"
      "\n"
      "{}",
      kExitStatuses));
  verb.callback([arguments, &action] { action = [arguments] { return printSql(*arguments); }; });
}

}  // namespace basalt::cli
