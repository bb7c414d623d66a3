#pragma once

#include <string>

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Function.h>

namespace basalt::codegen {

/// Prints a generated function, and makes the text the source that debug information leads to: every instruction gets
/// the number of its line. To be called before any pass has run. What passes make of an instruction keeps its line, and
/// a kernel that is inlined has the line of its call, so every machine instruction leads to a line of short IR whose
/// values are named after operators. Machine code stays the same.
///
/// `file` is where the caller will write the text, or a name that stands for it when it is kept in memory.
std::string attachListing(llvm::Function& function, const std::string& file,
                          llvm::DICompileUnit::DebugEmissionKind kind);

/// Assembly in which each reference to a line of the listing is replaced by that line, as a comment; without what else
/// debug information adds.
std::string quoteListing(const std::string& assembly, const std::string& listing);

}  // namespace basalt::codegen
