#include "tests/engine/support/EngineVariant.h"

#include <map>
#include <mutex>

#include "engine/JitLibrary.h"
#include "interpreter/Interpreter.h"

namespace basalt::testing {
namespace {

constexpr std::uint64_t kSmallMorselRows = 100;

std::shared_ptr<CompilerProvider> sharedCompiler() {
  static const std::shared_ptr<CompilerProvider> compiler = openJitLibrary();
  return compiler;
}

}  // namespace

QueryOptions EngineVariant::options() const {
  QueryOptions options;
  options.mode = mode;
  options.switchAfterMorsels = switchAfterMorsels;
  options.morselRows = morselRows;
  return options;
}

ExecutionEngine& EngineVariant::engine() const {
  static std::mutex mutex;
  static std::map<std::pair<std::size_t, std::uint32_t>, std::unique_ptr<ExecutionEngine>> engines;
  const std::scoped_lock lock(mutex);
  auto& engine = engines[{workers, batchRows}];
  if (!engine) {
    ExecutionConfig config;
    config.workers = workers;
    config.batchRows = batchRows;
    engine = std::make_unique<ExecutionEngine>(config, interpreter::runners(), sharedCompiler);
  }
  return *engine;
}

std::vector<EngineVariant> allVariants() {
  std::vector<EngineVariant> variants;
  for (const std::size_t workers : {1U, 2U}) {
    const std::string suffix = workers == 1 ? "OneWorker" : "TwoWorkers";
    variants.push_back(
        {"Interpreted" + suffix, workers, EngineMode::Interpreted, {}, Batch::kDefaultRows, kSmallMorselRows});
    variants.push_back({"Compiled" + suffix, workers, EngineMode::Compiled, {}, Batch::kDefaultRows, kSmallMorselRows});
    variants.push_back({"Switched" + suffix, workers, EngineMode::Auto, 1, Batch::kDefaultRows, kSmallMorselRows});
  }
  variants.push_back({"BatchesOfOne", 1, EngineMode::Interpreted, {}, 1, 0});
  variants.push_back({"BatchesOfSeven", 2, EngineMode::Interpreted, {}, 7, kSmallMorselRows});
  variants.push_back({"BatchesOf65536", 1, EngineMode::Interpreted, {}, Batch::kMaxRows, 0});
  return variants;
}

std::vector<EngineVariant> largeVariants() {
  std::vector<EngineVariant> variants;
  for (const std::size_t workers : {1U, 2U}) {
    const std::string suffix = workers == 1 ? "OneWorker" : "TwoWorkers";
    variants.push_back({"Interpreted" + suffix, workers, EngineMode::Interpreted, {}});
    variants.push_back({"Compiled" + suffix, workers, EngineMode::Compiled, {}});
    variants.push_back({"Switched" + suffix, workers, EngineMode::Auto, 3});
  }
  return variants;
}

std::string variantName(const ::testing::TestParamInfo<EngineVariant>& info) { return info.param.name; }

}  // namespace basalt::testing
