#include "tests/fuzz/CaseFolder.h"

#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "interpreter/Interpreter.h"
#include "runtime/ExecutionError.h"
#include "runtime/storage/Store.h"
#include "runtime/storage/TextImport.h"

namespace basalt::fuzz {

namespace {

using Json = nlohmann::json;

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw ExecutionError(ErrorCode::InputOutput, path.string(), "could not be written");
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ExecutionError(ErrorCode::NotFound, path.string(), "could not be read");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char character : text) result.append(character == '"' ? 2 : 1, character);
  return result + '"';
}

std::string csvOf(const WorldTable& table) {
  std::vector<std::string> names;
  for (const TableColumn& column : table.columns) names.push_back(quoted(column.field.name));
  std::string text = fmt::format("{}\n", fmt::join(names, ","));
  for (const Row& row : table.rows) {
    std::vector<std::string> cells;
    for (const Value& value : row) cells.push_back(value.isNull() ? "" : quoted(value.toString()));
    text += fmt::format("{}\n", fmt::join(cells, ","));
  }
  return text;
}

std::string resultText(const Outcome& outcome) {
  if (outcome.failed()) return outcome.message + "\n";
  return fmt::format("{} rows\n{}", outcome.rows.size(), describeRows(outcome.rows, 1000));
}

std::string readme(const FoundCase& found, const std::string& origin) {
  return fmt::format(
      "# {}\n\n{}\n\nFound by: {}\n\nIn all engines, and compared with DuckDB:\n\n"
      "    scripts/fuzz --replay THIS_FOLDER\n\nBy hand, in this folder:\n\n"
      "    basalt load --store /tmp/case.store --schema schema.sql *.csv\n"
      "    basalt run plan.json --store /tmp/case.store --engine interpreted\n"
      "    basalt run plan.json --store /tmp/case.store --engine compiled\n\n"
      "query.sql is the plan for DuckDB; basalt.txt and duckdb.txt are the results.\n",
      name(found.finding.kind), found.finding.text, origin);
}

/// All rows of a table of a store.
std::vector<Row> readRows(const Store& store, const std::string& table) {
  ExecutionEngine engine({}, interpreter::runners());
  const auto result = engine.execute(PlanBuilder::scan(table).build(), store);
  std::vector<Row> rows;
  Row row;
  while (result->next(row)) rows.push_back(row);
  return rows;
}

/// A store for the time of a replay.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / fmt::format("basalt-fuzz-{}", ::getpid())) {
    std::filesystem::remove_all(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

void writeCase(const std::filesystem::path& folder, const FoundCase& found, const Checker& checker,
               const std::string& origin) {
  std::filesystem::create_directories(folder);
  write(folder / "plan.json", printPlan(found.plan));
  write(folder / "schema.sql", found.world.schemaSql());
  Json tables;
  for (const WorldTable& table : found.world.tables()) {
    write(folder / (table.name + ".csv"), csvOf(table));
    tables[table.name] = {{"chunkRows", table.chunkRows},
                          {"isPlain", table.encoding == EncodingChoice::Plain},
                          {"hasZones", table.hasZones}};
  }
  write(folder / "case.json", Json{{"seed", found.seed}, {"tables", tables}}.dump(2) + "\n");
  write(folder / "query.sql", checker.sql());
  write(folder / "basalt.txt", resultText(checker.basalt()));
  write(folder / "duckdb.txt", resultText(checker.duckDb()));
  write(folder / "README.md", readme(found, origin));
}

FoundCase readCase(const std::filesystem::path& folder) {
  FoundCase found;
  found.plan = parsePlan(read(folder / "plan.json"));
  // Without it a case is one that somebody has written by hand.
  const bool hasLayout = std::filesystem::exists(folder / "case.json");
  const Json layout = hasLayout ? Json::parse(read(folder / "case.json")) : Json::object();
  found.seed = layout.value("seed", std::uint64_t{0});
  const std::vector<TableDefinition> definitions = readSchemaFile(folder / "schema.sql");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".csv" || entry.path().extension() == ".tbl") files.push_back(entry.path());
  }
  const TemporaryFolder temporary;
  importText(definitions, files, temporary.path());
  const Store store(temporary.path());
  std::vector<WorldTable> tables;
  for (const TableDefinition& definition : definitions) {
    WorldTable table;
    table.name = definition.name;
    for (const Field& field : definition.schema) table.columns.push_back({field});
    table.rows = readRows(store, definition.name);
    if (layout.contains("tables") && layout["tables"].contains(table.name)) {
      const Json& own = layout["tables"][table.name];
      table.chunkRows = own.value("chunkRows", TableBuilder::kChunkRows);
      if (own.value("isPlain", false)) table.encoding = EncodingChoice::Plain;
      table.hasZones = own.value("hasZones", true);
    }
    tables.push_back(std::move(table));
  }
  found.world = World(std::move(tables));
  return found;
}

}  // namespace basalt::fuzz
