#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/ExecutionEngine.h"

namespace basalt::testing {

/// One way to run a query: every operator's test runs in all of them and must give the same rows.
struct EngineVariant {
  std::string name;
  std::size_t workers = 1;
  EngineMode mode = EngineMode::Interpreted;
  /// With a value: that many morsels interpreted, the rest compiled.
  std::optional<std::uint64_t> switchAfterMorsels;
  std::uint32_t batchRows = Batch::kDefaultRows;
  /// Small morsels, so that small inputs have many.
  std::uint64_t morselRows = 0;

  QueryOptions options() const;
  /// The engine that runs this variant; made once per process, so that code is compiled once.
  ExecutionEngine& engine() const;
};

/// {interpreted, compiled, switched after the first morsel} x {1, 2 workers}, with morsels of 100 rows, and interpreted
/// with odd batch sizes.
std::vector<EngineVariant> allVariants();
/// For inputs of many thousand rows: {interpreted, compiled, switched after three morsels} x {1, 2 workers}, with
/// morsels and batches of the usual size.
std::vector<EngineVariant> largeVariants();

inline void PrintTo(const EngineVariant& variant, std::ostream* output) { *output << variant.name; }
std::string variantName(const ::testing::TestParamInfo<EngineVariant>& info);

}  // namespace basalt::testing
