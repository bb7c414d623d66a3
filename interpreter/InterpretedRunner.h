#pragma once

#include <cstdint>
#include <vector>

#include "interpreter/OperatorFactory.h"
#include "operators/pipeline/PipelineRunner.h"

namespace basalt::interpreter {

class LimitOperator;

/// Runs one worker's morsels of one pipeline through a chain of operators.
class InterpretedRunner final : public PipelineRunner {
 public:
  /// The context must outlive the runner.
  InterpretedRunner(WorkerContext& context, const OperatorFactory& factory);
  ~InterpretedRunner() override;

  Engine engine() const noexcept override { return Engine::Interpreted; }
  MorselStatus run(Morsel& morsel) override;

 private:
  /// Brings rows [position, end) through the sink.
  void runWindow(const Morsel& morsel, std::uint64_t end);
  void adaptWindow(std::uint64_t windowRows, std::uint64_t handledRows);
  /// Rows that came to the sink and pairs that joins looked at so far: what a window's time goes with.
  std::uint64_t rowsHandled() const noexcept;
  /// Adds to the worker's counts what the operators produced since the last time.
  void publishCounts() noexcept;
  bool isExhausted() const noexcept;

  WorkerContext& context_;
  OperatorChain chain_;
  std::vector<const LimitOperator*> limits_;
  /// What of each count is published.
  std::vector<std::uint64_t> published_;
  /// Rows per window, at most a batch; fewer where rows have many join partners, so that interrupts are seen in time.
  std::uint32_t windowRows_;
};

}  // namespace basalt::interpreter
