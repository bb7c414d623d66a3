#include "tests/fuzz/Oracle.h"

#include <istream>
#include <ostream>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace basalt::fuzz {

using Json = nlohmann::json;

namespace {

void sendLine(std::ostream& requests, const Json& message) {
  requests << message.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
  if (!requests) throw std::runtime_error("the oracle is gone");
}

Json readLine(std::istream& replies) {
  std::string line;
  if (!std::getline(replies, line)) throw std::runtime_error("the oracle is gone");
  return Json::parse(line);
}

/// Python has dates of the years 1 to 9999 only; others come as text, "10000-01-09", and not as a number.
bool isBeyondPython(const Json& cell, Type type) {
  if ((type != Type::date() && type != Type::timestamp()) || !cell.is_string()) return false;
  const auto text = cell.get<std::string>();
  return text.find_first_not_of("0123456789", text.starts_with('-') ? 1 : 0) != std::string::npos;
}

}  // namespace

void Oracle::load(const World& world) {
  sendLine(requests_, {{"load", world.duckDbStatements()}});
  const Json reply = readLine(replies_);
  if (reply.contains("error"))
    throw std::runtime_error("the oracle refuses a table: " + reply["error"].get<std::string>());
}

void Oracle::start(const std::string& sql) { sendLine(requests_, {{"query", sql}}); }

Outcome Oracle::finish(const Schema& schema) {
  const Json reply = readLine(replies_);
  Outcome outcome;
  if (reply.contains("abandoned")) {
    outcome.isAbandoned = true;
    outcome.message = reply["abandoned"];
    return outcome;
  }
  if (reply.contains("error")) {
    outcome.error = ErrorCode::Internal;
    outcome.message = reply["error"];
    return outcome;
  }
  for (const Json& row : reply["rows"]) {
    CellRow cells;
    for (std::size_t column = 0; column < row.size(); ++column) {
      if (isBeyondPython(row[column], schema[column].type)) {
        outcome.isAbandoned = true;
        return outcome;
      }
      cells.push_back(row[column].is_null() ? Cell() : parseCell(schema[column].type, row[column].get<std::string>()));
    }
    outcome.rows.push_back(std::move(cells));
  }
  return outcome;
}

void Oracle::announce(const std::string& what) { sendLine(requests_, {{"case", what}}); }

}  // namespace basalt::fuzz
