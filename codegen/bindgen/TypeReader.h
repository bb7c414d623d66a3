#pragma once

#include <optional>
#include <string>

#include <clang/AST/ASTContext.h>
#include <clang/AST/Type.h>
#include <llvm/IR/Function.h>

namespace basalt::bindgen {

/// Why a type or a function cannot be bound, and where.
struct Complaint {
  clang::SourceLocation location;
  std::string text;
};

/// The type's C++ spelling, fully qualified from the global namespace, without typedefs.
std::string spell(clang::QualType type, const clang::ASTContext& context);

/// True for a 16-byte struct of integers, which travels as two 64-bit integers: StringView, Interval.
bool isPairStruct(clang::QualType type, const clang::ASTContext& context);

/// True for the types that Val<T> represents.
bool isEmittable(clang::QualType type, const clang::ASTContext& context);

/// The enumerator of KernelType for a kernel's argument or result type.
std::optional<std::string> kernelTypeOf(clang::QualType type, const clang::ASTContext& context);

/// True for a pointer to the (non-const) class or enum called `qualifiedName`.
bool isPointerTo(clang::QualType type, const char* qualifiedName);

/// The value type of a std::atomic, if it is one.
std::optional<clang::QualType> atomicValueOf(clang::QualType type);

/// Checks that the function's C++ signature is one that Val<T> can carry and that clang lowered it to the form the
/// builder emits: scalars as they are, pairs and 128-bit integers as two i64, nothing through memory.
std::optional<Complaint> checkSignature(const clang::FunctionDecl& declaration, const llvm::Function& lowered);

}  // namespace basalt::bindgen
