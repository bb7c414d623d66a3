#pragma once

#include <string>
#include <vector>

#include "codegen/bindgen/Model.h"

namespace clang {
class ASTContext;
class CodeGenerator;
}  // namespace clang

namespace basalt::bindgen {

/// Reads every annotated declaration of a translation unit into `model` and has `generator` emit the functions whose
/// bodies belong to the prelude. A declaration that cannot be bound is reported as a compiler error at its place.
/// Headers are named relative to the first of `roots` that holds them.
void collect(clang::ASTContext& context, clang::CodeGenerator& generator, const std::vector<std::string>& roots,
             Model& model);

}  // namespace basalt::bindgen
