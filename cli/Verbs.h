#pragma once

#include <functional>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace basalt::cli {

/// What the command line asks for; returns the exit status, throws ExecutionError or BrokenPipe.
using Action = std::function<int()>;

/// Each adds one verb to the program. When the verb is parsed, it sets `action`, which both outlive the parsing.
void addLoadVerb(CLI::App& program, Action& action);
void addRunVerb(CLI::App& program, Action& action);
void addIrVerb(CLI::App& program, Action& action);
void addExplainVerb(CLI::App& program, Action& action);
void addTablesVerb(CLI::App& program, Action& action);
void addSqlOfVerb(CLI::App& program, Action& action);

/// What every verb's help ends with.
inline constexpr const char* kExitStatuses =
    "Exit status: 0 done; 1 the run failed; 2 the command line, the plan or the schema is wrong; 130 interrupted.";

}  // namespace basalt::cli
