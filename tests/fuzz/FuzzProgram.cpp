// Runs random plans over random tables in all of Basalt's engines and, through scripts/fuzz, in DuckDB. Speaks with the
// script over standard input and output, one line of JSON each way; what people read goes to standard error.

#include <chrono>
#include <iostream>
#include <optional>
#include <set>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/fuzz/CaseFolder.h"
#include "tests/fuzz/Coverage.h"

namespace basalt::fuzz {
namespace {

constexpr int kNothingFound = 0;
constexpr int kFound = 1;
constexpr int kMisuse = 2;
/// Plans over the same tables: making and loading them takes longer than a plan.
constexpr std::uint64_t kCasesPerWorld = 25;
constexpr std::size_t kMostFindings = 20;

struct Options {
  std::uint64_t seed = 1;
  double seconds = 0;
  std::uint64_t cases = 0;
  /// Of the first case; of the only one for `write`.
  std::uint64_t first = 0;
  double shrinkSeconds = 20;
  std::string findings = "build/fuzz";
  std::string replay;
  bool write = false;
};

void say(const std::string& line) { std::cerr << line << std::endl; }  // NOLINT(performance-avoid-endl): progress

class Fuzzer {
 public:
  explicit Fuzzer(Options options) : options_(std::move(options)), oracle_(std::cin, std::cout), checker_(oracle_) {}

  int run() {
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [&] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    double reported = 0;
    for (std::uint64_t number = options_.first;; ++number) {
      const bool isOver = (options_.seconds > 0 && seconds() > options_.seconds) ||
                          (options_.cases > 0 && number - options_.first >= options_.cases) ||
                          coverage_.findings() >= kMostFindings;
      if (isOver) break;
      runCase(number);
      if (seconds() - reported >= 5) {
        reported = seconds();
        say(fmt::format("{:4.0f} s, {}", reported, coverage_.progress()));
      }
    }
    say(fmt::format("{:.0f} s, {}", seconds(), coverage_.summary(refusals_)));
    return coverage_.findings() == 0 ? kNothingFound : kFound;
  }

  int replay() {
    const FoundCase found = readCase(options_.replay);
    oracle_.load(found.world);
    const std::optional<Finding> finding = checker_.check(caseOf(found.plan, found.world), found.world, found.seed);
    if (!finding) {
      say("nothing found");
      return kNothingFound;
    }
    say(fmt::format("{}\n{}", name(finding->kind), finding->text));
    return kFound;
  }

  /// Writes a case without running it: for those that end the program.
  int writeOnly() {
    FoundCase found;
    makeCase(options_.first, found);
    found.finding = {Finding::Kind::UnexpectedError, "the program ended"};
    writeCase(options_.findings, found, checker_, origin(options_.first));
    return kNothingFound;
  }

 private:
  std::string origin(std::uint64_t number) const {
    return fmt::format("scripts/fuzz --seed {} --first {} --cases 1", options_.seed, number);
  }

  Case makeCase(std::uint64_t number, FoundCase& found) {
    const std::uint64_t worldSeed = Random::derive(options_.seed, number / kCasesPerWorld);
    found.seed = Random::derive(worldSeed, number % kCasesPerWorld);
    if (worldSeed != worldSeed_ || !world_) {
      world_ = makeWorld(worldSeed);
      worldSeed_ = worldSeed;
      isLoaded_ = false;
    }
    Case made = PlanGenerator(*world_, found.seed, refusals_).make();
    found.plan = made.plan;
    found.world = *world_;
    return made;
  }

  void runCase(std::uint64_t number) {
    oracle_.announce(std::to_string(number));
    FoundCase found;
    const Case made = makeCase(number, found);
    if (!isLoaded_) oracle_.load(*world_);
    isLoaded_ = true;
    const std::optional<Finding> finding = checker_.check(made, *world_, found.seed);
    if (!finding) {
      coverage_.add(made.plan, checker_.verdict());
      return;
    }
    coverage_.addFinding();
    // The same complaint again would say nothing new. What differs in rows has many causes, though.
    if (finding->kind != Finding::Kind::OracleDiffers && finding->kind != Finding::Kind::EnginesDiffer &&
        !known_.insert(complaint(*finding)).second) {
      return;
    }
    say(fmt::format("case {}: {}\n  {}", number, name(finding->kind), finding->text));
    found.finding = *finding;
    found = shrink(std::move(found), checker_, oracle_,
                   std::chrono::seconds(static_cast<std::int64_t>(options_.shrinkSeconds)));
    // Once more, for the results that the folder shows.
    checker_.check(caseOf(found.plan, found.world), found.world, found.seed);
    const std::string folder = fmt::format("{}/{}-{}", options_.findings, options_.seed, number);
    writeCase(folder, found, checker_, origin(number));
    say(fmt::format("  shrunk: {}\n  {}\n  see {}/README.md", name(found.finding.kind), found.finding.text, folder));
    isLoaded_ = false;
  }

  /// A finding's text without what differs from case to case.
  static std::string complaint(const Finding& finding) {
    std::string text = finding.text.substr(0, finding.text.find('\n'));
    std::erase_if(text, [](char character) { return character >= '0' && character <= '9'; });
    return text.substr(0, 120);
  }

  Options options_;
  Oracle oracle_;
  Checker checker_;
  Coverage coverage_;
  Refusals refusals_;
  std::optional<World> world_;
  std::uint64_t worldSeed_ = 0;
  bool isLoaded_ = false;
  std::set<std::string> known_;
};

int runProgram(int count, char** arguments) {
  Options options;
  CLI::App program("Started by scripts/fuzz, which is DuckDB's side of the pipe");
  program.add_option("--seed", options.seed);
  program.add_option("--seconds", options.seconds);
  program.add_option("--cases", options.cases);
  program.add_option("--first", options.first);
  program.add_option("--shrink-seconds", options.shrinkSeconds);
  program.add_option("--findings", options.findings);
  program.add_option("--replay", options.replay);
  program.add_flag("--write", options.write);
  try {
    program.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    say(error.what());
    return kMisuse;
  }
  Fuzzer fuzzer(options);
  if (!options.replay.empty()) return fuzzer.replay();
  return options.write ? fuzzer.writeOnly() : fuzzer.run();
}

}  // namespace
}  // namespace basalt::fuzz

int main(int count, char** arguments) {
  try {
    return basalt::fuzz::runProgram(count, arguments);
  } catch (const std::exception& error) {
    std::cerr << "fuzz: " << error.what() << '\n';
    return 2;
  }
}
