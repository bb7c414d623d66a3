#include "codegen/jit/CodeSession.h"

#include <utility>

#include <llvm/ExecutionEngine/Orc/MapperJITLinkMemoryManager.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>

#include "codegen/Symbols.h"

namespace basalt::codegen {

namespace orc = llvm::orc;

namespace {

/// Address space for code is reserved in such pieces, which all pipelines share: a mapping for each of them would cost
/// as much time as linking it.
constexpr std::size_t kSlabBytes = std::size_t{16} << 20;

/// What went wrong while linking on this thread: ORC tells its session the cause and the caller only that there is one.
std::string& reportedOnThisThread() {
  thread_local std::string text;
  return text;
}

llvm::Error withCause(llvm::Error error) {
  std::string text = llvm::toString(std::move(error));
  if (std::string cause = std::exchange(reportedOnThisThread(), {}); !cause.empty()) {
    text += " (" + cause + ")";
  }
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
}

llvm::Error defineSymbols(orc::LLJIT& jit) {
  orc::SymbolMap symbols;
  for (const Symbol& symbol : exportedSymbols()) {
    symbols[jit.mangleAndIntern(llvm::StringRef(symbol.name))] = {orc::ExecutorAddr::fromPtr(symbol.address),
                                                                  llvm::JITSymbolFlags::Exported};
  }
  return jit.getMainJITDylib().define(orc::absoluteSymbols(std::move(symbols)));
}

}  // namespace

llvm::Expected<std::shared_ptr<CodeSession>> CodeSession::create(const ModuleCompiler& compiler) {
  orc::LLJITBuilder builder;
  builder.setJITTargetMachineBuilder(compiler.target());
  builder.setLinkProcessSymbolsByDefault(false);
  builder.setPlatformSetUp(orc::setUpInactivePlatform);
  // Without the plugin for eh-frames: nothing unwinds through generated code, and registered frames slow every throw.
  builder.setObjectLinkingLayerCreator(
      [](orc::ExecutionSession& session, const llvm::Triple&) -> llvm::Expected<std::unique_ptr<orc::ObjectLayer>> {
        auto memory = orc::MapperJITLinkMemoryManager::CreateWithMapper<orc::InProcessMemoryMapper>(kSlabBytes);
        if (!memory) return memory.takeError();
        return std::make_unique<orc::ObjectLinkingLayer>(session, std::move(*memory));
      });
  llvm::Expected<std::unique_ptr<orc::LLJIT>> jit = builder.create();
  if (!jit) return jit.takeError();
  (*jit)->getExecutionSession().setErrorReporter([](llvm::Error error) {
    std::string& text = reportedOnThisThread();
    text += (text.empty() ? "" : "; ") + llvm::toString(std::move(error));
  });
  if (llvm::Error error = defineSymbols(**jit)) return error;
  return std::shared_ptr<CodeSession>(new CodeSession(std::move(*jit)));
}

llvm::Expected<CodeSession::Code> CodeSession::link(std::unique_ptr<llvm::MemoryBuffer> object,
                                                    const std::string& name) {
  reportedOnThisThread().clear();
  orc::JITDylib& library = jit_->getExecutionSession().createBareJITDylib(
      "code" + std::to_string(nextLibrary_.fetch_add(1, std::memory_order_relaxed)));
  library.addToLinkOrder(jit_->getMainJITDylib());
  if (llvm::Error error = jit_->addObjectFile(library, std::move(object))) {
    remove(library);
    return withCause(std::move(error));
  }
  llvm::Expected<orc::ExecutorAddr> entry = jit_->lookup(library, name);
  if (!entry) {
    llvm::Error error = withCause(entry.takeError());
    remove(library);
    return error;
  }
  return Code{&library, *entry};
}

void CodeSession::remove(orc::JITDylib& library) {
  orc::ExecutionSession& session = jit_->getExecutionSession();
  if (llvm::Error error = session.removeJITDylib(library)) session.reportError(std::move(error));
  // Names of functions differ, so the pool would grow for ever.
  session.getSymbolStringPool()->clearDeadEntries();
}

}  // namespace basalt::codegen
