#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "interpreter/PhysicalOperator.h"
#include "interpreter/operators/SourceOperator.h"
#include "interpreter/sinks/BatchSink.h"
#include "operators/pipeline/PipelineRunner.h"

namespace basalt::interpreter {

/// The names by which the registry knows what pipelines are made of.
std::string_view name(Pipeline::SourceKind kind) noexcept;
std::string_view name(Pipeline::StepKind kind) noexcept;

/// Knows how to make operators, by name. A registry of its own can be extended by a third party's operators, which then
/// run interpreted.
class OperatorRegistry {
 public:
  /// What a creator is asked for: a worker's side of a pipeline, and which part of it.
  struct Request {
    const WorkerContext& context;
    const OperatorSpec* spec = nullptr;
    /// Index into Pipeline::steps; meaningless for sources.
    std::size_t step = 0;
  };
  using SourceCreator = std::function<std::unique_ptr<SourceOperator>(const Request&)>;
  using StepCreator =
      std::function<std::unique_ptr<PhysicalOperator>(const Request&, std::unique_ptr<PhysicalOperator> input)>;
  using SinkCreator = std::function<std::unique_ptr<BatchSink>(const Request&)>;

  /// A registry with Basalt's own operators.
  static OperatorRegistry withBuiltIns();

  /// Adds a creator; throws ExecutionError(InvalidUsage) when the name is taken, by whatever kind.
  void addSource(std::string operatorName, SourceCreator creator);
  void addStep(std::string operatorName, StepCreator creator);
  void addSink(std::string operatorName, SinkCreator creator);

  /// Null pointer when there is none of that name.
  const SourceCreator* findSource(std::string_view operatorName) const;
  const StepCreator* findStep(std::string_view operatorName) const;
  const SinkCreator* findSink(std::string_view operatorName) const;
  /// All names, sorted.
  std::vector<std::string> names() const;

 private:
  void claim(const std::string& operatorName) const;

  std::unordered_map<std::string, SourceCreator> sources_;
  std::unordered_map<std::string, StepCreator> steps_;
  std::unordered_map<std::string, SinkCreator> sinks_;
};

}  // namespace basalt::interpreter
