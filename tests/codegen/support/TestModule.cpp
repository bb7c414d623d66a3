#include "tests/codegen/support/TestModule.h"

#include <stdexcept>

#include <llvm/IR/Verifier.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include "codegen/Prelude.h"
#include "codegen/Symbols.h"

namespace basalt::codegen {

namespace {

template <typename T>
T orThrow(llvm::Expected<T> value) {
  if (!value) {
    throw std::runtime_error(llvm::toString(value.takeError()));
  }
  return std::move(*value);
}

void orThrow(llvm::Error error) {
  if (error) {
    throw std::runtime_error(llvm::toString(std::move(error)));
  }
}

llvm::orc::JITTargetMachineBuilder hostMachine() {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  return orThrow(llvm::orc::JITTargetMachineBuilder::detectHost());
}

}  // namespace

TestModule::TestModule() : TestModule(preludeBitcode()) {}

TestModule::TestModule(std::string_view bitcode) : module_(orThrow(loadPrelude(*context_, bitcode))) {}

TestModule::~TestModule() = default;

void TestModule::optimise(std::string_view pipeline) {
  orThrow(finishModule(*module_, TargetCpu::host()));
  std::string complaint;
  llvm::raw_string_ostream stream(complaint);
  if (llvm::verifyModule(*module_, &stream)) {
    throw std::runtime_error(stream.str());
  }
  std::unique_ptr<llvm::TargetMachine> machine = orThrow(hostMachine().createTargetMachine());
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(machine.get());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  llvm::ModulePassManager passes;
  orThrow(builder.parsePassPipeline(passes, pipeline));
  passes.run(*module_, modules);
}

std::string TestModule::text() const {
  std::string result;
  llvm::raw_string_ostream stream(result);
  module_->print(stream, nullptr);
  return result;
}

void* TestModule::address(std::string_view name) {
  if (jit_ == nullptr) {
    llvm::orc::LLJITBuilder builder;
    builder.setJITTargetMachineBuilder(hostMachine());
    builder.setLinkProcessSymbolsByDefault(false);
    builder.setPlatformSetUp(llvm::orc::setUpInactivePlatform);
    jit_ = orThrow(builder.create());
    llvm::orc::SymbolMap symbols;
    for (const Symbol& symbol : exportedSymbols()) {
      symbols[jit_->mangleAndIntern(symbol.name)] = {llvm::orc::ExecutorAddr::fromPtr(symbol.address),
                                                     llvm::JITSymbolFlags::Exported};
    }
    orThrow(jit_->getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols))));
    module_->setDataLayout(jit_->getDataLayout());
    orThrow(jit_->addIRModule(llvm::orc::ThreadSafeModule(std::move(module_), std::move(context_))));
  }
  return orThrow(jit_->lookup(name)).toPtr<void*>();
}

}  // namespace basalt::codegen
