#include "codegen/jit/ModuleCompiler.h"

#include <llvm/Config/llvm-config.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include "codegen/Prelude.h"
#include "codegen/builder/StreamPrefetch.h"
#include "codegen/jit/BuildId.h"
#include "codegen/jit/IrListing.h"
#include "codegen/lowering/PipelineLowering.h"

namespace basalt::codegen {

namespace {

/// Inlines the kernels, simplifies once, and vectorizes the loops that ask for it. A fraction of O2's passes, since
/// what is emitted is straight already, and compiling takes its time from the query.
constexpr const char* kPasses =
    "always-inline,function(sroa,early-cse,instcombine<no-verify-fixpoint>,simplifycfg,loop-mssa(licm),gvn,simplifycfg,"
    "loop-vectorize<no-interleave-forced-only;vectorize-forced-only>,instcombine<no-verify-fixpoint>,simplifycfg,"
    "prefetch-streams),globaldce";
/// Code that calls its kernels is slow to run and no faster to compile.
constexpr const char* kFastPasses = "always-inline,globaldce";

llvm::Error failure(const std::string& message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

std::string toText(const llvm::Module& module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, nullptr);
  return text;
}

/// Checks by hand what a release build of LLVM does not.
llvm::Error verifyWholeModule(const llvm::Module& module) {
  std::string complaint;
  llvm::raw_string_ostream stream(complaint);
  return llvm::verifyModule(module, &stream) ? failure("invalid IR: " + stream.str()) : llvm::Error::success();
}

void initialiseTarget() {
  static const bool once = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace

ModuleCompiler::ModuleCompiler(JitOptions options, llvm::orc::JITTargetMachineBuilder target, TargetCpu cpu)
    : options_(std::move(options)),
      target_(std::move(target)),
      cpu_(std::move(cpu)),
      identity_(cpu_.name + "|" + cpu_.features + "|" LLVM_VERSION_STRING "|" + std::string(preludeFingerprint()) +
                "|" + buildId() + "|" + std::to_string(static_cast<int>(options_.level))) {}

llvm::Expected<ModuleCompiler> ModuleCompiler::create(const JitOptions& options) {
  initialiseTarget();
  // The prelude's triple and data layout are the ones its bodies were compiled for.
  llvm::LLVMContext context;
  llvm::Expected<std::unique_ptr<llvm::Module>> prelude = loadPrelude(context);
  if (!prelude) return prelude.takeError();
  TargetCpu cpu = options.processor.empty() ? TargetCpu::host() : TargetCpu{options.processor, ""};
  llvm::orc::JITTargetMachineBuilder target{llvm::Triple((*prelude)->getTargetTriple())};
  target.setCPU(cpu.name).addFeatures({cpu.features});
  target.setRelocationModel(llvm::Reloc::PIC_).setCodeModel(llvm::CodeModel::Small);
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine = target.createTargetMachine();
  if (!machine) return machine.takeError();
  cpu.vectorRegisters = countVectorRegisters(**machine);
  return ModuleCompiler(options, std::move(target), std::move(cpu));
}

namespace {

/// Without one of its own, LLVM writes remarks to standard error and ends the process at an error.
class SilentDiagnostics final : public llvm::DiagnosticHandler {
 public:
  bool handleDiagnostics(const llvm::DiagnosticInfo& information) override {
    if (information.getSeverity() == llvm::DS_Error) {
      llvm::raw_string_ostream stream(errors_);
      llvm::DiagnosticPrinterRawOStream printer(stream);
      information.print(printer);
    }
    return true;
  }
  const std::string& errors() const { return errors_; }

 private:
  std::string errors_;
};

}  // namespace

llvm::Expected<ModuleCompiler::Module> ModuleCompiler::lower(const Pipeline& pipeline, const PipelineFacts& facts,
                                                             std::string_view name, bool keepNames) const {
  if (const std::uint64_t size = loweringSize(pipeline); size > options_.maxInstructions) {
    return failure("the pipeline has " + std::to_string(size) + " expressions, which is more than are compiled (" +
                   std::to_string(options_.maxInstructions) + ")");
  }
  Module result{std::make_unique<llvm::LLVMContext>(), nullptr};
  result.context->setDiscardValueNames(!keepNames);
  result.context->setDiagnosticHandler(std::make_unique<SilentDiagnostics>());
  llvm::Expected<std::unique_ptr<llvm::Module>> module = loadPrelude(*result.context);
  if (!module) return module.takeError();
  result.module = std::move(*module);
  llvm::Expected<llvm::Function*> function = lowerPipeline(*result.module, name, pipeline, facts, cpu_, false);
  if (!function) return function.takeError();
  if (const std::uint64_t size = (*function)->getInstructionCount(); size > options_.maxInstructions) {
    return failure("the pipeline has " + std::to_string(size) + " IR instructions, which is more than are compiled (" +
                   std::to_string(options_.maxInstructions) + ")");
  }
  if (llvm::Error error = finishModule(*result.module, cpu_)) return error;
  if (options_.verify) {
    if (llvm::Error error = verifyWholeModule(*result.module)) return error;
  }
  return result;
}

bool ModuleCompiler::isFast(const llvm::Module& module) const {
  switch (options_.level) {
    case JitOptions::Level::Optimised:
      return false;
    case JitOptions::Level::Fast:
      return true;
    case JitOptions::Level::Automatic:
      break;
  }
  return module.getInstructionCount() > options_.fastAboveInstructions;
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> ModuleCompiler::machine(bool fast) const {
  llvm::orc::JITTargetMachineBuilder builder = target_;
  builder.setCodeGenOptLevel(fast ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default);
  return builder.createTargetMachine();
}

llvm::Error ModuleCompiler::optimise(llvm::Module& module, bool fast, llvm::TargetMachine& target) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&target);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  builder.registerPipelineParsingCallback([](llvm::StringRef pass, llvm::FunctionPassManager& functionPasses,
                                             llvm::ArrayRef<llvm::PassBuilder::PipelineElement>) {
    if (pass != StreamPrefetchPass::kName) return false;
    functionPasses.addPass(StreamPrefetchPass());
    return true;
  });
  llvm::ModulePassManager passes;
  if (llvm::Error error = builder.parsePassPipeline(passes, fast ? kFastPasses : kPasses)) return error;
  passes.run(module, modules);
  return llvm::Error::success();
}

llvm::Error ModuleCompiler::emit(llvm::Module& module, llvm::TargetMachine& target, llvm::CodeGenFileType type,
                                 llvm::SmallVectorImpl<char>& out) {
  llvm::raw_svector_ostream stream(out);
  llvm::legacy::PassManager passes;
  if (target.addPassesToEmitFile(passes, stream, nullptr, type)) return failure("this target emits no such file");
  passes.run(module);
  const auto& diagnostics = static_cast<const SilentDiagnostics&>(*module.getContext().getDiagHandlerPtr());
  return diagnostics.errors().empty() ? llvm::Error::success() : failure(diagnostics.errors());
}

llvm::Expected<ModuleCompiler::Object> ModuleCompiler::compile(const Pipeline& pipeline, const PipelineFacts& facts,
                                                               std::string_view name,
                                                               const std::filesystem::path& listing) const {
  const bool dumps = !options_.dumpFolder.empty();
  llvm::Expected<Module> lowered = lower(pipeline, facts, name, dumps || !listing.empty());
  if (!lowered) return lowered.takeError();
  llvm::Module& module = *lowered->module;
  if (!listing.empty()) {
    if (llvm::Error error = list(*module.getFunction(name), listing)) return error;
  }
  if (llvm::Error error = dumps ? dump(module, name, ".ll") : llvm::Error::success()) return error;
  const bool fast = isFast(module);
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> target = machine(fast);
  if (!target) return target.takeError();
  if (llvm::Error error = optimise(module, fast, **target)) return error;
  if (llvm::Error error = dumps ? dump(module, name, ".optimised.ll") : llvm::Error::success()) return error;
  Object object;
  object.instructions = module.getInstructionCount();
  llvm::SmallVector<char, 0> bytes;
  if (llvm::Error error = emit(module, **target, llvm::CodeGenFileType::ObjectFile, bytes)) return error;
  object.bytes = std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes), name, false);
  return object;
}

llvm::Expected<std::string> ModuleCompiler::print(const Pipeline& pipeline, const PipelineFacts& facts,
                                                  std::string_view name, IrStage stage) const {
  llvm::Expected<Module> lowered = lower(pipeline, facts, name, true);
  if (!lowered) return lowered.takeError();
  llvm::Module& module = *lowered->module;
  if (stage == IrStage::Unoptimised) return toText(module);
  std::string listing;
  if (stage == IrStage::Assembly) {
    listing = attachListing(*module.getFunction(name), "ir", llvm::DICompileUnit::DebugDirectivesOnly);
  }
  const bool fast = isFast(module);
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> target = machine(fast);
  if (!target) return target.takeError();
  if (llvm::Error error = optimise(module, fast, **target)) return error;
  if (stage == IrStage::Optimised) return toText(module);
  llvm::SmallVector<char, 0> text;
  if (llvm::Error error = emit(module, **target, llvm::CodeGenFileType::AssemblyFile, text)) return error;
  return quoteListing(std::string(text.begin(), text.end()), listing);
}

llvm::Error ModuleCompiler::list(llvm::Function& function, const std::filesystem::path& file) {
  std::error_code error;
  llvm::raw_fd_ostream stream(file.string(), error, llvm::sys::fs::OF_Text);
  if (error) return failure("cannot write " + file.string() + ": " + error.message());
  stream << attachListing(function, file.string(), llvm::DICompileUnit::LineTablesOnly);
  return llvm::Error::success();
}

llvm::Error ModuleCompiler::dump(const llvm::Module& module, std::string_view name, std::string_view suffix) const {
  const std::filesystem::path path = options_.dumpFolder / (std::string(name) + std::string(suffix));
  std::error_code error;
  llvm::raw_fd_ostream stream(path.string(), error, llvm::sys::fs::OF_Text);
  if (error) return failure("cannot write " + path.string() + ": " + error.message());
  module.print(stream, nullptr);
  return llvm::Error::success();
}

}  // namespace basalt::codegen
