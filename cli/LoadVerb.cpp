#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/Failure.h"
#include "cli/Interruption.h"
#include "cli/LoadProgress.h"
#include "cli/Output.h"
#include "cli/QueryArguments.h"
#include "cli/Verbs.h"
#include "engine/explain/QuantityText.h"
#include "runtime/storage/TextImport.h"

namespace basalt::cli {

namespace {

struct LoadArguments {
  std::string store;
  std::string schema;
  std::vector<std::filesystem::path> files;
  std::uint32_t threads = 0;
  bool progress = false;
};

/// Finds a missing file before the files in front of it are loaded.
void checkFiles(const std::vector<std::filesystem::path>& files) {
  std::set<std::filesystem::path> names;
  for (const std::filesystem::path& file : files) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
      throw ExecutionError(ErrorCode::NotFound, file.string(), "there is no such file");
    }
    if (!names.insert(file.stem()).second) {
      throw ExecutionError(ErrorCode::InvalidUsage, file.string(),
                           fmt::format("a second file for table {}", file.stem().string()));
    }
  }
}

std::string summaryText(const ImportedTable& table, double seconds) {
  const double share =
      table.textBytes == 0 ? 0 : 100.0 * static_cast<double>(table.storedBytes) / static_cast<double>(table.textBytes);
  return fmt::format("{}: {}, {} of text stored in {} ({:.0f}%), {:.2f} s\n", table.name, countText(table.rows, "row"),
                     bytesText(table.textBytes), bytesText(table.storedBytes), share, seconds);
}

int load(const LoadArguments& arguments) {
  const std::vector<TableDefinition> definitions = readSchemaFile(arguments.schema);
  checkFiles(arguments.files);
  std::atomic<bool> isInterrupted{false};
  const Interruption::Scope scope([&] { isInterrupted = true; });
  const auto stopWhenInterrupted = [&](const std::string& table) {
    if (isInterrupted) throw ExecutionError(ErrorCode::Cancelled, table, "loading was interrupted");
  };
  std::optional<LoadProgress> shown;
  if (arguments.progress || isatty(STDERR_FILENO) != 0) shown.emplace();
  const ImportOptions options{.threads = arguments.threads, .progress = [&](const ImportProgress& progress) {
                                stopWhenInterrupted(progress.table);
                                if (shown) shown->show(progress.table, progress.textBytesDone, progress.textBytesTotal);
                              }};
  Output output("");
  for (const std::filesystem::path& file : arguments.files) {
    stopWhenInterrupted(file.string());
    const auto start = std::chrono::steady_clock::now();
    std::vector<ImportedTable> tables;
    try {
      tables = importText(definitions, std::span(&file, 1), arguments.store, options);
    } catch (...) {
      if (shown) shown->clear();
      throw;
    }
    if (shown) shown->clear();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    output.stream() << summaryText(tables.front(), seconds.count());
    output.stream().flush();
  }
  output.publish();
  return kOk;
}

}  // namespace

void addLoadVerb(CLI::App& program, Action& action) {
  auto arguments = std::make_shared<LoadArguments>();
  CLI::App& verb = *program.add_subcommand("load", "Load text files into the tables of a store");
  addStoreArgument(verb, arguments->store);
  verb.add_option("--schema", arguments->schema, "CREATE TABLE statements of the tables")
      ->required()
      ->type_name("SCHEMA.sql");
  verb.add_option("FILE", arguments->files, "TABLE.tbl (fields end with |) or TABLE.csv (with a header line)")
      ->required()
      ->type_name("");
  verb.add_option("--threads", arguments->threads, "Threads (default: one per processor)")
      ->check(CLI::Range(1, 1024).description(""))
      ->type_name("N");
  verb.add_flag("--progress", arguments->progress, "Show progress on standard error even if that is no terminal");
  verb.footer(fmt::format(
      "The name of a file says which table it holds; a table of that name in the store is replaced. A table\n"
      "appears complete or not at all; those that are complete stay when a later file has an error.\n"
      "\n"
      "Examples:\n"
      "  basalt load --store data/store --schema schema.sql lineitem.tbl orders.tbl\n"
      "  basalt load --store data/store --schema schema.sql --threads 4 data/sf1/*.tbl\n"
      "\n"
      "{}",
      kExitStatuses));
  verb.callback([arguments, &action] { action = [arguments] { return load(*arguments); }; });
}

}  // namespace basalt::cli
