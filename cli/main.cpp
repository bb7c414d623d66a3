#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/Failure.h"
#include "cli/Interruption.h"
#include "cli/Output.h"
#include "cli/Verbs.h"

namespace basalt::cli {

namespace {

void describeProgram(CLI::App& program) {
  program.name("basalt");
  program.description(
      "Basalt runs physical query plans over its own columnar store: interpreted at once, compiled while they run.");
  program.set_version_flag("--version", "basalt " BASALT_VERSION, "Print the version");
  program.set_help_flag("-h,--help", "Print this help; 'basalt VERB --help' explains one verb");
  program.require_subcommand(1);
  program.get_formatter()->column_width(32);
  program.get_formatter()->label("SUBCOMMAND", "VERB");
  program.footer(
      fmt::format("Examples:\n"
                  "  basalt load --store data/store --schema schema.sql lineitem.tbl\n"
                  "  basalt tables --store data/store\n"
                  "  basalt run q06.json --store data/store --format csv\n"
                  "  basalt explain q06.json --store data/store --analyze\n"
                  "  basalt ir q06.json --store data/store\n"
                  "\n"
                  "An error is one line on standard error: basalt: error: [place] Code: what was expected\n"
                  "{}",
                  kExitStatuses));
}

std::string verbList(const CLI::App& program) {
  std::string text;
  for (const CLI::App* verb : program.get_subcommands([](const CLI::App*) { return true; })) {
    text += (text.empty() ? "" : ", ") + verb->get_name();
  }
  return text;
}

/// The error of a command line that could not be read, in the words of this program.
ExecutionError usageError(const CLI::App& program, const CLI::ParseError& error, std::string_view first) {
  const auto fail = [](std::string place, std::string message) {
    return ExecutionError(ErrorCode::InvalidUsage, std::move(place), std::move(message));
  };
  if (first.empty()) return fail("basalt", fmt::format("expected a verb: {}; see 'basalt --help'", verbList(program)));
  for (const CLI::App* verb : program.get_subcommands([](const CLI::App*) { return true; })) {
    if (verb->get_name() == first) {
      return fail(fmt::format("basalt {}", first), fmt::format("{}; see 'basalt {} --help'", error.what(), first));
    }
  }
  if (first.starts_with('-')) {
    return fail("basalt",
                fmt::format("expected a verb, --help or --version but found '{}'; see 'basalt --help'", first));
  }
  return fail("basalt", fmt::format("no verb '{}'; known are {}; see 'basalt --help'", first, verbList(program)));
}

int perform(const Action& action) {
  try {
    return action();
  } catch (const ExecutionError& error) {
    const int status = reportFailure(error);
    return error.code() == ErrorCode::Cancelled && Interruption::signal() != 0 ? 128 + Interruption::signal() : status;
  } catch (const std::bad_alloc&) {
    return reportFailure(ExecutionError(ErrorCode::OutOfMemory, "", "the system has no memory left"));
  } catch (const std::exception& error) {
    return reportFailure(ExecutionError(ErrorCode::Internal, "", error.what()));
  }
}

int runProgram(int count, const char* const* arguments) {
  CLI::App program;
  describeProgram(program);
  Action action;
  addLoadVerb(program, action);
  addRunVerb(program, action);
  addExplainVerb(program, action);
  addIrVerb(program, action);
  addTablesVerb(program, action);
  addSqlOfVerb(program, action);
  for (CLI::App* verb : program.get_subcommands([](const CLI::App*) { return true; })) {
    verb->group("Verbs");
    verb->set_help_flag("-h,--help", "Print this help");
  }
  try {
    program.parse(count, arguments);
  } catch (const CLI::Success& asked) {
    // A copy: the exception is gone when the action is performed.
    action = [&program, asked] {
      Output output("");
      program.exit(asked, output.stream(), output.stream());
      output.publish();
      return kOk;
    };
  } catch (const CLI::ParseError& error) {
    return reportFailure(usageError(program, error, count > 1 ? arguments[1] : ""));
  }
  return perform(action);
}

}  // namespace

}  // namespace basalt::cli

int main(int count, char** arguments) {
  try {
    // A reader that went away is noticed where it matters, and writing to it ends the program quietly.
    std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c)
    basalt::cli::Interruption::watch();
    return basalt::cli::runProgram(count, arguments);
  } catch (const basalt::cli::BrokenPipe&) {
    return basalt::cli::kOk;
  } catch (...) {
    // Memory ran out, or the threads, before there was anything to report it.
    std::fputs("basalt: error: Internal: the program could not start\n", stderr);
    return basalt::cli::kRunError;
  }
}
