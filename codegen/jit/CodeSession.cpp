#include "codegen/jit/CodeSession.h"

#include <mutex>
#include <unordered_map>
#include <utility>

#include <llvm/ExecutionEngine/Orc/MapperJITLinkMemoryManager.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>

#include "codegen/Symbols.h"

namespace basalt::codegen {

namespace jitlink = llvm::jitlink;
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

/// Takes the image of what is linked, by the library that it is linked into.
class CodeSession::ImageRecorder final : public orc::ObjectLinkingLayer::Plugin {
 public:
  void modifyPassConfig(orc::MaterializationResponsibility& responsibility, jitlink::LinkGraph&,
                        jitlink::PassConfiguration& passes) override {
    // The one pass there makes calls by way of a table direct ones, where the distance allows it here: in another
    // process it may not.
    passes.PreFixupPasses.clear();
    passes.PostFixupPasses.emplace_back(
        [this, library = &responsibility.getTargetJITDylib()](jitlink::LinkGraph& graph) {
          for (const jitlink::Symbol* symbol : graph.defined_symbols()) {
            if (symbol->getScope() == jitlink::Scope::Default && symbol->isCallable()) {
              record(*library, CodeImage::of(graph, symbol->getAddress()));
            }
          }
          return llvm::Error::success();
        });
  }
  llvm::Error notifyFailed(orc::MaterializationResponsibility&) override { return llvm::Error::success(); }
  llvm::Error notifyRemovingResources(orc::JITDylib&, orc::ResourceKey) override { return llvm::Error::success(); }
  void notifyTransferringResources(orc::JITDylib&, orc::ResourceKey, orc::ResourceKey) override {}

  std::optional<CodeImage> take(const orc::JITDylib& library) {
    const std::lock_guard lock(mutex_);
    const auto found = images_.find(&library);
    if (found == images_.end()) return {};
    std::optional<CodeImage> image = std::move(found->second);
    images_.erase(found);
    return image;
  }

 private:
  void record(const orc::JITDylib& library, std::optional<CodeImage> image) {
    const std::lock_guard lock(mutex_);
    images_[&library] = std::move(image);
  }

  std::mutex mutex_;
  std::unordered_map<const orc::JITDylib*, std::optional<CodeImage>> images_;
};

class CodeSession::LinkedCode final : public LoadedCode {
 public:
  LinkedCode(std::shared_ptr<CodeSession> session, orc::JITDylib& library, orc::ExecutorAddr entry)
      : session_(std::move(session)), library_(library), entry_(entry) {}
  LinkedCode(const LinkedCode&) = delete;
  LinkedCode& operator=(const LinkedCode&) = delete;
  ~LinkedCode() override { session_->remove(library_); }
  orc::ExecutorAddr entry() const noexcept override { return entry_; }

 private:
  std::shared_ptr<CodeSession> session_;
  orc::JITDylib& library_;
  orc::ExecutorAddr entry_;
};

CodeSession::CodeSession(std::unique_ptr<orc::LLJIT> jit, std::shared_ptr<ImageRecorder> recorder)
    : jit_(std::move(jit)), recorder_(std::move(recorder)) {}

CodeSession::~CodeSession() = default;

llvm::Expected<std::shared_ptr<CodeSession>> CodeSession::create(const ModuleCompiler& compiler) {
  orc::LLJITBuilder builder;
  builder.setJITTargetMachineBuilder(compiler.target());
  builder.setLinkProcessSymbolsByDefault(false);
  builder.setPlatformSetUp(orc::setUpInactivePlatform);
  const auto recorder = std::make_shared<ImageRecorder>();
  // Without the plugin for eh-frames: nothing unwinds through generated code, and registered frames slow every throw.
  builder.setObjectLinkingLayerCreator(
      [&](orc::ExecutionSession& session, const llvm::Triple&) -> llvm::Expected<std::unique_ptr<orc::ObjectLayer>> {
        auto memory = orc::MapperJITLinkMemoryManager::CreateWithMapper<orc::InProcessMemoryMapper>(kSlabBytes);
        if (!memory) return memory.takeError();
        auto layer = std::make_unique<orc::ObjectLinkingLayer>(session, std::move(*memory));
        layer->addPlugin(recorder);
        return layer;
      });
  llvm::Expected<std::unique_ptr<orc::LLJIT>> jit = builder.create();
  if (!jit) return jit.takeError();
  (*jit)->getExecutionSession().setErrorReporter([](llvm::Error error) {
    std::string& text = reportedOnThisThread();
    text += (text.empty() ? "" : "; ") + llvm::toString(std::move(error));
  });
  if (llvm::Error error = defineSymbols(**jit)) return error;
  return std::shared_ptr<CodeSession>(new CodeSession(std::move(*jit), recorder));
}

llvm::Expected<CodeSession::Linked> CodeSession::link(std::unique_ptr<llvm::MemoryBuffer> object,
                                                      const std::string& name) {
  reportedOnThisThread().clear();
  orc::JITDylib& library = jit_->getExecutionSession().createBareJITDylib(
      "code" + std::to_string(nextLibrary_.fetch_add(1, std::memory_order_relaxed)));
  library.addToLinkOrder(jit_->getMainJITDylib());
  const auto giveUp = [&](llvm::Error error) {
    llvm::Error result = withCause(std::move(error));
    static_cast<void>(recorder_->take(library));
    remove(library);
    return result;
  };
  if (llvm::Error error = jit_->addObjectFile(library, std::move(object))) return giveUp(std::move(error));
  llvm::Expected<orc::ExecutorAddr> entry = jit_->lookup(library, name);
  if (!entry) return giveUp(entry.takeError());
  return Linked{std::make_unique<LinkedCode>(shared_from_this(), library, *entry), recorder_->take(library)};
}

void CodeSession::remove(orc::JITDylib& library) {
  orc::ExecutionSession& session = jit_->getExecutionSession();
  if (llvm::Error error = session.removeJITDylib(library)) session.reportError(std::move(error));
  // Names of functions differ, so the pool would grow for ever.
  session.getSymbolStringPool()->clearDeadEntries();
}

}  // namespace basalt::codegen
