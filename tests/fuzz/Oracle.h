#pragma once

#include <iosfwd>
#include <string>

#include "runtime/types/Schema.h"
#include "tests/fuzz/Outcome.h"
#include "tests/fuzz/World.h"

namespace basalt::fuzz {

/// DuckDB in another process, at the other end of a pipe (scripts/fuzz): one line of JSON a request, one a reply. It
/// works while the caller does something else. Throws std::runtime_error when the other end is gone.
class Oracle {
 public:
  Oracle(std::istream& replies, std::ostream& requests) : replies_(replies), requests_(requests) {}

  /// Replaces all tables.
  void load(const World& world);
  /// Begins a query; finish() waits for its outcome. An error of the oracle is one of code Internal.
  void start(const std::string& sql);
  Outcome finish(const Schema& schema);
  /// Tells what is being done, so that the other end knows when this one should crash.
  void announce(const std::string& what);

 private:
  std::istream& replies_;
  std::ostream& requests_;
};

}  // namespace basalt::fuzz
