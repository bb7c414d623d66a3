#include "runtime/storage/SchemaParser.h"

#include <algorithm>
#include <array>

#include "runtime/ExecutionError.h"
#include "runtime/storage/Identifier.h"
#include "runtime/storage/MappedFile.h"
#include "runtime/storage/SchemaLexer.h"

namespace basalt {

namespace {

/// Words that end a column's type.
constexpr std::array<std::string_view, 13> kClauseWords = {
    "not",     "null",       "primary", "unique",    "default", "check",  "references",
    "foreign", "constraint", "collate", "generated", "on",      "comment"};

class Parser {
 public:
  Parser(std::string_view text, const std::string& place) : lexer_(text, place) { advance(); }

  std::vector<TableDefinition> parse() {
    std::vector<TableDefinition> tables;
    while (token_.kind != SchemaToken::Kind::End) {
      if (takeSymbol(";")) {
        continue;
      }
      const std::size_t position = token_.position;
      tables.push_back(parseTable());
      for (std::size_t other = 0; other + 1 < tables.size(); ++other) {
        if (isSameIdentifier(tables[other].name, tables.back().name)) {
          lexer_.fail(ErrorCode::InvalidUsage, position, "a second table named " + tables.back().name);
        }
      }
    }
    return tables;
  }

 private:
  void advance() { token_ = lexer_.next(); }
  bool isWord(std::string_view word) const { return token_.kind == SchemaToken::Kind::Word && token_.text == word; }
  bool isSymbol(std::string_view symbol) const {
    return token_.kind == SchemaToken::Kind::Symbol && token_.text == symbol;
  }
  bool takeWord(std::string_view word) {
    const bool found = isWord(word);
    if (found) {
      advance();
    }
    return found;
  }
  bool takeSymbol(std::string_view symbol) {
    const bool found = isSymbol(symbol);
    if (found) {
      advance();
    }
    return found;
  }
  [[noreturn]] void failExpecting(const std::string& expected, ErrorCode code = ErrorCode::InvalidUsage) const {
    const std::string found = token_.kind == SchemaToken::Kind::End ? "the end of the text" : "'" + token_.text + "'";
    lexer_.fail(code, token_.position, "expected " + expected + ", found " + found);
  }
  void expectWord(std::string_view word) {
    if (!takeWord(word)) {
      failExpecting(std::string(word));
    }
  }
  void expectSymbol(std::string_view symbol) {
    if (!takeSymbol(symbol)) {
      failExpecting("'" + std::string(symbol) + "'");
    }
  }
  std::string expectName(const std::string& what) {
    if (token_.kind != SchemaToken::Kind::Word && token_.kind != SchemaToken::Kind::QuotedName) {
      failExpecting(what);
    }
    std::string name = std::move(token_.text);
    advance();
    return name;
  }

  TableDefinition parseTable() {
    if (!isWord("create")) {
      failExpecting("CREATE TABLE", ErrorCode::Unsupported);
    }
    advance();
    if (!isWord("table")) {
      failExpecting("TABLE", ErrorCode::Unsupported);
    }
    advance();
    if (takeWord("if")) {
      expectWord("not");
      expectWord("exists");
    }
    TableDefinition table;
    fields_.clear();
    table.name = expectName("a table name");
    expectSymbol("(");
    do {
      if (isWord("primary") || isWord("constraint")) {
        parseTableKey(table);
      } else if (isWord("unique") || isWord("foreign") || isWord("check")) {
        failExpecting("a column or PRIMARY KEY", ErrorCode::Unsupported);
      } else {
        parseColumn(table);
      }
    } while (takeSymbol(","));
    expectSymbol(")");
    if (token_.kind != SchemaToken::Kind::End) {
      if (!isSymbol(";")) {
        failExpecting("';' after the table", ErrorCode::Unsupported);
      }
      advance();
    }
    table.schema = Schema(std::move(fields_));
    return table;
  }

  void parseColumn(TableDefinition& table) {
    Field field;
    const std::size_t position = token_.position;
    field.name = expectName("a column name");
    if (std::ranges::any_of(fields_, [&](const Field& other) { return isSameIdentifier(other.name, field.name); })) {
      lexer_.fail(ErrorCode::InvalidUsage, position, "a second column named " + field.name);
    }
    field.type = parseColumnType();
    bool saidNull = false;
    while (!isSymbol(",") && !isSymbol(")")) {
      const std::size_t clause = token_.position;
      if (takeWord("not")) {
        expectWord("null");
        field.nullable = false;
      } else if (takeWord("null")) {
        saidNull = true;
      } else if (takeWord("primary")) {
        expectWord("key");
        setKey(table, clause, {field.name});
        field.nullable = false;
      } else {
        failExpecting("NOT NULL, NULL, PRIMARY KEY, ',' or ')' after the type of column " + field.name,
                      ErrorCode::Unsupported);
      }
      if (saidNull && !field.nullable) {
        lexer_.fail(ErrorCode::InvalidUsage, clause, "column " + field.name + " cannot be both NULL and NOT NULL");
      }
    }
    fields_.push_back(std::move(field));
  }

  Type parseColumnType() {
    const std::size_t position = token_.position;
    std::string text;
    std::size_t depth = 0;
    while (token_.kind == SchemaToken::Kind::Word || token_.kind == SchemaToken::Kind::Number || isSymbol("(") ||
           depth != 0) {
      if (token_.kind == SchemaToken::Kind::End ||
          (depth == 0 && std::ranges::find(kClauseWords, token_.text) != kClauseWords.end())) {
        break;
      }
      depth += isSymbol("(") ? 1 : 0;
      depth -= isSymbol(")") ? 1 : 0;
      if (token_.kind == SchemaToken::Kind::Word && !text.empty()) {
        text += ' ';
      }
      text += token_.text;
      advance();
    }
    if (text.empty()) {
      failExpecting("a type");
    }
    try {
      return parseType(text);
    } catch (const ExecutionError& error) {
      lexer_.fail(ErrorCode::InvalidUsage, position, error.message());
    }
  }

  void parseTableKey(TableDefinition& table) {
    if (takeWord("constraint")) {
      expectName("a constraint name");
    }
    const std::size_t position = token_.position;
    if (!isWord("primary")) {
      failExpecting("PRIMARY KEY", ErrorCode::Unsupported);
    }
    advance();
    expectWord("key");
    expectSymbol("(");
    std::vector<std::string> names;
    do {
      const std::size_t at = token_.position;
      const std::string name = expectName("a column name");
      const auto field =
          std::ranges::find_if(fields_, [&](const Field& candidate) { return isSameIdentifier(candidate.name, name); });
      if (field == fields_.end()) {
        lexer_.fail(ErrorCode::InvalidUsage, at, "expected a column of table " + table.name + ", found '" + name + "'");
      }
      field->nullable = false;
      names.push_back(field->name);
    } while (takeSymbol(","));
    expectSymbol(")");
    setKey(table, position, std::move(names));
  }

  void setKey(TableDefinition& table, std::size_t position, std::vector<std::string> names) {
    if (!table.primaryKey.empty()) {
      lexer_.fail(ErrorCode::InvalidUsage, position, "a second PRIMARY KEY of table " + table.name);
    }
    table.primaryKey = std::move(names);
  }

  SchemaLexer lexer_;
  SchemaToken token_;
  std::vector<Field> fields_;
};

}  // namespace

std::vector<TableDefinition> parseSchema(std::string_view text, const std::string& place) {
  return Parser(text, place).parse();
}

std::vector<TableDefinition> readSchemaFile(const std::filesystem::path& path) {
  const MappedFile file(path);
  return parseSchema({reinterpret_cast<const char*>(file.data()), file.size()}, path.string());  // NOLINT
}

}  // namespace basalt
