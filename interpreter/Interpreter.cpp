#include "interpreter/Interpreter.h"

#include "interpreter/InterpretedRunner.h"
#include "interpreter/OperatorFactory.h"
#include "interpreter/OperatorRegistry.h"

namespace basalt::interpreter {

namespace {

class Provider final : public InterpreterProvider {
 public:
  std::unique_ptr<PipelineRunner> create(WorkerContext& context) const override {
    return std::make_unique<InterpretedRunner>(context, factory_);
  }

 private:
  OperatorRegistry registry_ = OperatorRegistry::withBuiltIns();
  OperatorFactory factory_{registry_};
};

}  // namespace

std::unique_ptr<InterpreterProvider> runners() { return std::make_unique<Provider>(); }

}  // namespace basalt::interpreter
