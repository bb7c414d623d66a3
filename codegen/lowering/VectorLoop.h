#pragma once

#include <llvm/ADT/STLFunctionalExtras.h>

#include "codegen/lowering/PipelineBuilder.h"

namespace basalt::codegen {

/// What arrays on the stack that such loops read and write are aligned to: the longest vector.
inline constexpr std::uint64_t kVectorBytes = 64;

/// for (index = 0; index < count; ++index) { body(index) }, at least once, as vector instructions: the one kind of loop
/// that LLVM's vectorizer is asked to take. What the body stores must not overlap with what it reads, and its rows must
/// not depend on each other but through sums and the like in local variables.
void emitVectorLoop(PipelineBuilder& p, Val<std::uint64_t> count, llvm::function_ref<void(Val<std::uint64_t>)> body,
                    const std::string& name);

/// for (begin = 0; begin < count; begin += rows) { body(begin, rows) }, `most` rows at a time as long as there are so
/// many.
void forEachStretch(PipelineBuilder& p, Val<std::uint64_t> count, Operand<std::uint64_t> most,
                    llvm::function_ref<void(Val<std::uint64_t> begin, Val<std::uint64_t> rows)> body,
                    const std::string& name);

/// Rows of a strip.
inline constexpr std::uint64_t kStripRows = 256;

/// The same for a body whose numbers are short, of which one vector holds many: what is left over in the end goes one
/// by one, where LLVM would make another loop of shorter vectors, which takes longer to compile than it saves. The body
/// is emitted twice. With `behindStrip` it goes strip by strip, and emits this behind each, given the index of its
/// first row: for what has no place in a vector loop.
void emitLongVectorLoop(PipelineBuilder& p, Val<std::uint64_t> count, llvm::function_ref<void(Val<std::uint64_t>)> body,
                        const std::string& name, llvm::function_ref<void(Val<std::uint64_t>)> behindStrip = nullptr);

}  // namespace basalt::codegen
