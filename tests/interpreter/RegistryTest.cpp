#include <gtest/gtest.h>

#include "interpreter/OperatorFactory.h"
#include "interpreter/OperatorRegistry.h"
#include "runtime/ExecutionError.h"

namespace basalt::interpreter {
namespace {

TEST(RegistryTest, EveryKindHasACreator) {
  const OperatorRegistry registry = OperatorRegistry::withBuiltIns();
  for (const auto kind : {Pipeline::SourceKind::TableScan, Pipeline::SourceKind::Rows}) {
    EXPECT_NE(registry.findSource(name(kind)), nullptr) << name(kind);
  }
  // The kinds are numbered from 0; the last one is Result.
  for (int i = 0; i <= static_cast<int>(Pipeline::StepKind::Result); ++i) {
    const auto kind = static_cast<Pipeline::StepKind>(i);
    EXPECT_NE(name(kind), "Unknown");
    const bool isSink = kind >= Pipeline::StepKind::JoinBuild;
    EXPECT_EQ(registry.findStep(name(kind)) != nullptr, !isSink) << name(kind);
    EXPECT_EQ(registry.findSink(name(kind)) != nullptr, isSink) << name(kind);
  }
  EXPECT_EQ(registry.names().size(), 2U + static_cast<std::size_t>(Pipeline::StepKind::Result) + 1U);
}

TEST(RegistryTest, TakesFurtherOperatorsAndRefusesNamesTwice) {
  OperatorRegistry registry = OperatorRegistry::withBuiltIns();
  const OperatorRegistry::StepCreator sample = [](const OperatorRegistry::Request&,
                                                  std::unique_ptr<PhysicalOperator> input) { return input; };
  registry.addStep("Sample", sample);
  EXPECT_NE(registry.findStep("Sample"), nullptr);
  for (const char* taken : {"Sample", "Selection", "Sort", "TableScan"}) {
    try {
      registry.addStep(taken, sample);
      ADD_FAILURE() << taken;
    } catch (const ExecutionError& error) {
      EXPECT_EQ(error.code(), ErrorCode::InvalidUsage);
      EXPECT_NE(error.message().find(taken), std::string::npos);
    }
  }
}

TEST(RegistryTest, AnUnknownPartIsUnsupported) {
  const OperatorRegistry empty;
  const OperatorFactory factory(empty);
  struct AnySpec final : OperatorSpec {
    AnySpec() : OperatorSpec(OperatorKind::Scan) {}
  };
  const AnySpec spec;
  Pipeline pipeline;
  pipeline.source.spec = &spec;
  WorkerContext context;
  context.pipeline = &pipeline;
  EXPECT_THROW(factory.create(context), ExecutionError) << "no sink";
  pipeline.steps.push_back({Pipeline::StepKind::Result, nullptr});
  try {
    factory.create(context);
    ADD_FAILURE();
  } catch (const ExecutionError& error) {
    EXPECT_EQ(error.code(), ErrorCode::Unsupported);
  }
}

}  // namespace
}  // namespace basalt::interpreter
