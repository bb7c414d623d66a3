#include "cli/Failure.h"

#include <cstdio>

#include <fmt/format.h>

namespace basalt::cli {

namespace {

std::string_view remedyFor(ErrorCode code) {
  switch (code) {
    case ErrorCode::OutOfMemory:
      return "allow more with --memory-limit";
    case ErrorCode::CompilationFailed:
      return "run without compiling: --engine interpreted";
    case ErrorCode::CorruptData:
      return "load the table again with 'basalt load'";
    case ErrorCode::Internal:
      return "this is a defect of Basalt, not of the plan";
    default:
      return "";
  }
}

/// One line whatever is in it: a literal of a plan or a field of a file may hold line breaks and terminal controls.
std::string onOneLine(std::string_view text) {
  std::string line;
  for (const char byte : text) {
    if (byte == '\n') {
      line += "\\n";
    } else if ((byte >= 0 && byte < 0x20) || byte == 0x7F) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned>(byte));
    } else {
      line.push_back(byte);
    }
  }
  return line;
}

void printLine(std::string_view kind, std::string_view text) {
  fmt::print(stderr, "basalt: {}: {}\n", kind, onOneLine(text));
}

}  // namespace

ExecutionError placedIn(const std::string& place, const ExecutionError& error) {
  return {error.code(), error.place().empty() ? place : fmt::format("{}: {}", place, error.place()), error.message(),
          error.cause()};
}

int reportFailure(const ExecutionError& error) {
  std::string text = error.what();
  if (const std::string_view remedy = remedyFor(error.code()); !remedy.empty()) {
    text += fmt::format(" ({})", remedy);
  }
  printLine("error", text);
  return error.isCallerError() ? kUsageError : kRunError;
}

void reportWarning(std::string_view text) { printLine("warning", text); }

}  // namespace basalt::cli
