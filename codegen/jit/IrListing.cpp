#include "codegen/jit/IrListing.h"

#include <vector>

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/IR/AssemblyAnnotationWriter.h>
#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/FormattedStream.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

namespace basalt::codegen {

namespace {

/// Notes on which line each instruction is printed, in order.
class LineRecorder final : public llvm::AssemblyAnnotationWriter {
 public:
  void emitInstructionAnnot(const llvm::Instruction* /*instruction*/, llvm::formatted_raw_ostream& stream) override {
    lines_.push_back(stream.getLine() + 1);
  }
  const std::vector<unsigned>& lines() const { return lines_; }

 private:
  std::vector<unsigned> lines_;
};

/// The function's debug information: lines of `file` and nothing else; the function begins at `line`.
llvm::DISubprogram* describeFunction(llvm::Function& function, const std::string& file, unsigned line,
                                     llvm::DICompileUnit::DebugEmissionKind kind) {
  llvm::Module& module = *function.getParent();
  module.addModuleFlag(llvm::Module::Warning, "Debug Info Version", llvm::DEBUG_METADATA_VERSION);
  module.addModuleFlag(llvm::Module::Warning, "Dwarf Version", 4);
  llvm::DIBuilder builder(module);
  llvm::DIFile* source = builder.createFile(llvm::sys::path::filename(file), llvm::sys::path::parent_path(file));
  llvm::DICompileUnit* unit =
      builder.createCompileUnit(llvm::dwarf::DW_LANG_C, source, "basalt", /*isOptimized=*/true, "", 0, "", kind);
  llvm::DISubroutineType* type = builder.createSubroutineType(builder.getOrCreateTypeArray({}));
  llvm::DISubprogram* subprogram =
      builder.createFunction(unit, function.getName(), "", source, line, type, line, llvm::DINode::FlagZero,
                             llvm::DISubprogram::SPFlagDefinition | llvm::DISubprogram::SPFlagOptimized);
  builder.finalize();
  return subprogram;
}

/// The line that a directive such as ".loc 1 23 0 prologue_end" refers to, 0 when it is none.
std::size_t lineOf(llvm::StringRef directive) {
  if (!directive.consume_front(".loc")) return 0;
  std::size_t file = 0;
  std::size_t line = 0;
  directive = directive.ltrim();
  if (directive.consumeInteger(10, file)) return 0;
  directive = directive.ltrim();
  return directive.consumeInteger(10, line) ? 0 : line;
}

}  // namespace

std::string attachListing(llvm::Function& function, const std::string& file,
                          llvm::DICompileUnit::DebugEmissionKind kind) {
  std::string text;
  LineRecorder recorder;
  llvm::raw_string_ostream stream(text);
  function.print(stream, &recorder);
  // Attributes may stand above it.
  const llvm::StringRef heading = llvm::StringRef(text).take_front(text.find("define "));
  llvm::DISubprogram* subprogram =
      describeFunction(function, file, static_cast<unsigned>(heading.count('\n')) + 1, kind);
  function.setSubprogram(subprogram);
  for (auto [instruction, line] : llvm::zip_equal(llvm::instructions(function), recorder.lines())) {
    instruction.setDebugLoc(llvm::DILocation::get(function.getContext(), line, 0, subprogram));
  }
  return text;
}

std::string quoteListing(const std::string& assembly, const std::string& listing) {
  llvm::SmallVector<llvm::StringRef> listed;
  llvm::StringRef(listing).split(listed, '\n');
  std::string text;
  llvm::StringRef rest(assembly);
  while (!rest.empty()) {
    const auto [line, behind] = rest.split('\n');
    rest = behind;
    const llvm::StringRef directive = line.ltrim();
    if (const std::size_t number = lineOf(directive); number != 0 && number <= listed.size()) {
      text += "\t# " + listed[number - 1].trim().str() + "\n";
    } else if (!directive.starts_with(".loc") && !directive.starts_with(".file") && !directive.starts_with(".cfi_")) {
      text += line.str() + "\n";
    }
  }
  return text;
}

}  // namespace basalt::codegen
