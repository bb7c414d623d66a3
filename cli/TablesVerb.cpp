#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/Failure.h"
#include "cli/Output.h"
#include "cli/QueryArguments.h"
#include "cli/Verbs.h"
#include "engine/explain/QuantityText.h"

namespace basalt::cli {

namespace {

std::string encodingText(const Table& table, std::size_t column) {
  const ColumnEncoding encoding = table.encoding(column);
  switch (encoding.kind) {
    case ColumnEncoding::Kind::Plain:
      return fmt::format("plain, {}{}{}", countText(encoding.width, "byte"), encoding.hasBase() ? " from a base" : "",
                         encoding.unit != 1 ? fmt::format(" times {}", countText(encoding.unit)) : "");
    case ColumnEncoding::Kind::Dictionary:
      return fmt::format("dictionary of {}, {}", countText(table.dictionary(column).size()),
                         countText(encoding.width, "byte"));
    case ColumnEncoding::Kind::Offsets:
      return "text with offsets";
    case ColumnEncoding::Kind::Codes:
      break;
  }
  return "?";
}

void printTable(const Table& table, std::ostream& output) {
  output << fmt::format("{}: {} in {}", table.name(), countText(table.rowCount(), "row"),
                        countText(table.chunkCount(), "chunk"));
  if (const auto* stored = dynamic_cast<const ColumnarTable*>(&table)) {
    output << ", " << bytesText(stored->fileBytes());
  }
  output << '\n';
  std::size_t nameWidth = 0;
  std::size_t typeWidth = 0;
  for (const Field& field : table.schema()) {
    nameWidth = std::max(nameWidth, field.name.size());
    typeWidth = std::max(typeWidth, toString(field.type).size());
  }
  for (std::size_t column = 0; column < table.schema().size(); ++column) {
    const Field& field = table.schema()[column];
    output << fmt::format("  {:<{}}  {:<{}}  {:<8}  {}\n", field.name, nameWidth, toString(field.type), typeWidth,
                          field.nullable ? "null" : "not null", encodingText(table, column));
  }
}

/// Prints every table that can be read; a damaged one is reported and makes the status.
int printTables(const std::string& directory) {
  const std::unique_ptr<const Store> store = openStore(directory);
  Output output("");
  int status = kOk;
  for (const std::string& name : store->tableNames()) {
    try {
      printTable(*store->find(name), output.stream());
    } catch (const ExecutionError& error) {
      status = std::max(status, reportFailure(error));
    }
  }
  output.publish();
  return status;
}

}  // namespace

void addTablesVerb(CLI::App& program, Action& action) {
  auto store = std::make_shared<std::string>();
  CLI::App& verb = *program.add_subcommand("tables", "List the tables of a store with their columns and encodings");
  addStoreArgument(verb, *store);
  verb.footer(fmt::format("Example:\n  basalt tables --store data/store\n\n{}", kExitStatuses));
  verb.callback([store, &action] { action = [store] { return printTables(*store); }; });
}

}  // namespace basalt::cli
