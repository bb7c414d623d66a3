// basalt-bindgen reads the annotated declarations of runtime/ (runtime/Annotations.h) and writes everything that has to
// agree with them. Run by the build:
//
//   basalt-bindgen --output <folder> --root <source folder> --depfile <file> codegen/prelude/Prelude.cpp -- <compile
//   flags>
//
// It parses the one translation unit with clang, collects declarations into a Model (Collector), has clang's own code
// generator emit the bodies (PreludeModule), and writes files from the model (Writers). A declaration that cannot be
// bound is a compile error at its place, and then nothing is written.

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/CodeGen/ModuleBuilder.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Frontend/MultiplexConsumer.h>
#include <clang/Frontend/Utils.h>
#include <clang/Tooling/CommonOptionsParser.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Support/xxhash.h>

#include "codegen/bindgen/Collector.h"
#include "codegen/bindgen/OutputFolder.h"
#include "codegen/bindgen/PreludeModule.h"
#include "codegen/bindgen/Writers.h"

namespace basalt::bindgen {

namespace {

struct Options {
  std::string outputFolder;
  std::string depfile;
  std::vector<std::string> roots;
};

/// What one run shares between the stages.
struct Run {
  Options options;
  Model model;
  clang::CodeGenerator* generator = nullptr;
  std::vector<std::string> dependencies;
  bool complete = false;
};

/// Before code generation: asks for the bodies. Consumers run in the order in which they were added.
class CollectStage : public clang::ASTConsumer {
 public:
  explicit CollectStage(Run& run) : run_(run) {}
  void HandleTranslationUnit(clang::ASTContext& context) override {
    if (!context.getDiagnostics().hasErrorOccurred()) {
      collect(context, *run_.generator, run_.options.roots, run_.model);
    }
  }

 private:
  Run& run_;
};

/// After code generation: makes the prelude and writes all files.
class WriteStage : public clang::ASTConsumer {
 public:
  explicit WriteStage(Run& run) : run_(run) {}

  void HandleTranslationUnit(clang::ASTContext& context) override {
    if (context.getDiagnostics().hasErrorOccurred() || run_.generator->GetModule() == nullptr) {
      return;
    }
    llvm::Module& module = *run_.generator->GetModule();
    // Declarations are looked up first: simplifying the module invalidates the generator's own tables.
    std::map<std::string, clang::SourceLocation> places;
    for (const std::string& symbol : run_.model.definedSymbols) {
      if (const clang::Decl* declaration = run_.generator->GetDeclForMangledName(symbol)) {
        places[symbol] = declaration->getLocation();
      }
    }
    std::vector<PreludeDefect> defects = makePrelude(module, run_.model);
    for (const PreludeDefect& defect : defects) {
      auto& diagnostics = context.getDiagnostics();
      diagnostics.Report(places[defect.symbol],
                         diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Error, "basalt-bindgen: %0 %1"))
          << defect.symbol << defect.text;
    }
    if (defects.empty()) {
      run_.complete = writeAll(module);
    }
  }

 private:
  bool writeAll(const llvm::Module& module) {
    const Model& model = run_.model;
    OutputFolder output(run_.options.outputFolder);
    std::string bitcode = toBitcode(module);
    std::string hashed = bitcode + describeInterfaces(model);
    llvm::XXH128_hash_t hash =
        llvm::xxh3_128bits({reinterpret_cast<const std::uint8_t*>(hashed.data()), hashed.size()});
    std::string fingerprint = llvm::utohexstr(hash.high64, true, 16) + llvm::utohexstr(hash.low64, true, 16);

    output.write("codegen/Prelude.bc", bitcode);
    output.write("codegen/Bindings.h", writeBindings(model));
    output.write("codegen/LayoutProof.cpp", writeLayoutProof(model));
    output.write("codegen/Symbols.cpp", writeSymbols(model));
    output.write("codegen/PreludeBitcode.cpp", writePreludeBitcode(output.pathOf("codegen/Prelude.bc"), fingerprint));
    output.write("codegen/Fingerprint.inc", "\"" + fingerprint + "\"\n");
    output.write("operators/KernelCatalog.inc", writeKernelCatalog(model));
    output.write("operators/AggregateCatalog.inc", writeAggregateCatalog(model));
    output.write("operators/KernelHeaders.inc", writeKernelHeaders(model));
    output.write("operators/KernelLoops.inc", writeKernelLoops(model));
    output.write("operators/AggregateLoops.inc", writeAggregateLoops(model));
    for (const std::string& error : output.errors()) {
      llvm::errs() << "basalt-bindgen: " << error << "\n";
    }
    return output.errors().empty();
  }

  Run& run_;
};

class BindAction : public clang::ASTFrontendAction {
 public:
  explicit BindAction(Run& run) : run_(run) {}

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler, llvm::StringRef) override {
    compiler.addDependencyCollector(dependencies_);
    dependencies_->attachToPreprocessor(compiler.getPreprocessor());
    std::unique_ptr<clang::CodeGenerator> generator(clang::CreateLLVMCodeGen(
        compiler.getDiagnostics(), "basalt-prelude", &compiler.getVirtualFileSystem(), compiler.getHeaderSearchOpts(),
        compiler.getPreprocessorOpts(), compiler.getCodeGenOpts(), llvmContext_));
    run_.generator = generator.get();
    std::vector<std::unique_ptr<clang::ASTConsumer>> stages;
    stages.push_back(std::make_unique<CollectStage>(run_));
    stages.push_back(std::move(generator));
    stages.push_back(std::make_unique<WriteStage>(run_));
    return std::make_unique<clang::MultiplexConsumer>(std::move(stages));
  }

  void EndSourceFileAction() override {
    for (const std::string& file : dependencies_->getDependencies()) {
      llvm::SmallString<256> path(file);
      getCompilerInstance().getFileManager().makeAbsolutePath(path);
      llvm::sys::path::remove_dots(path, true);
      run_.dependencies.push_back(path.str().str());
    }
  }

 private:
  Run& run_;
  llvm::LLVMContext llvmContext_;
  std::shared_ptr<clang::DependencyCollector> dependencies_ = std::make_shared<clang::DependencyCollector>();
};

class BindActionFactory : public clang::tooling::FrontendActionFactory {
 public:
  explicit BindActionFactory(Run& run) : run_(run) {}
  std::unique_ptr<clang::FrontendAction> create() override { return std::make_unique<BindAction>(run_); }

 private:
  Run& run_;
};

bool writeDepfile(const Run& run) {
  std::error_code error;
  llvm::raw_fd_ostream out(run.options.depfile, error);
  if (error) {
    llvm::errs() << "basalt-bindgen: cannot write " << run.options.depfile << ": " << error.message() << "\n";
    return false;
  }
  out << run.options.outputFolder << "/codegen/Bindings.h:";
  for (const std::string& dependency : run.dependencies) {
    out << " \\\n  ";
    for (char character : dependency) {
      out << (character == ' ' || character == '#' ? "\\" : "") << character;
    }
  }
  out << "\n";
  return true;
}

}  // namespace

int runBindgen(int argumentCount, const char** arguments) {
  llvm::cl::OptionCategory category("basalt-bindgen");
  llvm::cl::opt<std::string> outputFolder("output", llvm::cl::Required, llvm::cl::cat(category),
                                          llvm::cl::desc("folder of the generated files"));
  llvm::cl::opt<std::string> depfile("depfile", llvm::cl::cat(category),
                                     llvm::cl::desc("lists the files that were read"));
  llvm::cl::list<std::string> roots("root", llvm::cl::OneOrMore, llvm::cl::cat(category),
                                    llvm::cl::desc("folder that #include paths start from"));
  auto parser = clang::tooling::CommonOptionsParser::create(argumentCount, arguments, category);
  if (!parser) {
    llvm::errs() << llvm::toString(parser.takeError());
    return 2;
  }
  Run run;
  run.options = {outputFolder, depfile, {roots.begin(), roots.end()}};
  clang::tooling::ClangTool tool(parser->getCompilations(), parser->getSourcePathList());
  tool.appendArgumentsAdjuster(
      clang::tooling::getInsertArgumentAdjuster({"-resource-dir=" BASALT_CLANG_RESOURCE_FOLDER, "-ferror-limit=0"},
                                                clang::tooling::ArgumentInsertPosition::BEGIN));
  BindActionFactory factory(run);
  if (tool.run(&factory) != 0 || !run.complete) {
    return 1;
  }
  return run.options.depfile.empty() || writeDepfile(run) ? 0 : 2;
}

}  // namespace basalt::bindgen

int main(int argumentCount, const char** arguments) { return basalt::bindgen::runBindgen(argumentCount, arguments); }
