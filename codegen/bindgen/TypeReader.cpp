#include "codegen/bindgen/TypeReader.h"

#include <map>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/QualTypeNames.h>

namespace basalt::bindgen {

namespace {

/// True when all bytes of the type are integers, enums or bools, also in nested structs.
bool holdsIntegersOnly(clang::QualType type, const clang::ASTContext& context) {
  type = type.getCanonicalType();
  if (const auto* record = type->getAsCXXRecordDecl()) {
    if (!record->hasDefinition() || record->isUnion() || record->getNumBases() != 0) {
      return false;
    }
    return llvm::all_of(record->fields(),
                        [&](const clang::FieldDecl* field) { return holdsIntegersOnly(field->getType(), context); });
  }
  return type->isIntegralOrEnumerationType();
}

bool isWide(clang::QualType type, const clang::ASTContext& context) {
  return type->isIntegralOrEnumerationType() && context.getTypeSize(type) == 128;
}

/// Walks the lowered parameters beside the C++ ones.
class LoweredParameters {
 public:
  explicit LoweredParameters(const llvm::Function& function) : function_(function) {}

  bool take(bool (*fits)(const llvm::Type&)) {
    if (next_ >= function_.arg_size()) {
      return false;
    }
    const llvm::Argument& argument = *function_.getArg(next_);
    if (argument.hasByValAttr() || argument.hasStructRetAttr() || argument.hasInRegAttr() ||
        !fits(*argument.getType())) {
      return false;
    }
    ++next_;
    return true;
  }
  bool takePair() { return take(isWord) && take(isWord); }
  bool done() const { return next_ == function_.arg_size(); }

  static bool isWord(const llvm::Type& type) { return type.isIntegerTy(64); }
  static bool isWideInteger(const llvm::Type& type) { return type.isIntegerTy(128); }
  static bool isScalar(const llvm::Type& type) {
    return type.isIntegerTy() || type.isPointerTy() || type.isFloatTy() || type.isDoubleTy();
  }

 private:
  const llvm::Function& function_;
  unsigned next_ = 0;
};

bool isWordPair(const llvm::Type& type) {
  return type.isStructTy() && type.getStructNumElements() == 2 && type.getStructElementType(0)->isIntegerTy(64) &&
         type.getStructElementType(1)->isIntegerTy(64);
}

bool resultFits(clang::QualType type, const llvm::Type& lowered, const clang::ASTContext& context) {
  if (type->isVoidType()) {
    return lowered.isVoidTy();
  }
  if (isPairStruct(type, context)) {
    return isWordPair(lowered);
  }
  if (isWide(type, context)) {
    return isWordPair(lowered) || lowered.isIntegerTy(128);
  }
  return LoweredParameters::isScalar(lowered);
}

}  // namespace

std::string spell(clang::QualType type, const clang::ASTContext& context) {
  type = type.getCanonicalType();
  if (isWide(type, context)) {
    std::string name = type->isUnsignedIntegerOrEnumerationType() ? "::basalt::UInt128" : "::basalt::Int128";
    return type.isConstQualified() ? "const " + name : name;
  }
  clang::PrintingPolicy policy(context.getLangOpts());
  policy.SuppressTagKeyword = true;
  policy.Bool = true;
  std::string name = clang::TypeName::getFullyQualifiedName(type, context, policy, /*WithGlobalNsPrefix=*/true);
  // A pointer to a 128-bit integer keeps the compiler's own spelling inside.
  for (const auto& [builtin, alias] :
       {std::pair("unsigned __int128", "::basalt::UInt128"), std::pair("__int128", "::basalt::Int128")}) {
    for (std::size_t at = name.find(builtin); at != std::string::npos; at = name.find(builtin)) {
      name.replace(at, std::string_view(builtin).size(), alias);
    }
  }
  return name;
}

bool isPairStruct(clang::QualType type, const clang::ASTContext& context) {
  type = type.getCanonicalType();
  const auto* record = type->getAsCXXRecordDecl();
  return record != nullptr && record->hasDefinition() && record->isTriviallyCopyable() && record->isStandardLayout() &&
         context.getTypeSize(type) == 128 && holdsIntegersOnly(type, context);
}

bool isEmittable(clang::QualType type, const clang::ASTContext& context) {
  type = type.getCanonicalType();
  return type->isIntegralOrEnumerationType() || type->isAnyPointerType() ||
         type->isSpecificBuiltinType(clang::BuiltinType::Float) ||
         type->isSpecificBuiltinType(clang::BuiltinType::Double) || isPairStruct(type, context);
}

std::optional<std::string> kernelTypeOf(clang::QualType type, const clang::ASTContext& context) {
  static const std::map<std::string, std::string, std::less<>> kNames = {
      {"::basalt::Date", "Date"},
      {"::basalt::Time", "Time"},
      {"::basalt::Timestamp", "Timestamp"},
      {"::basalt::Interval", "Interval"},
      {"::basalt::StringView", "Varchar"},
      {"::basalt::Int128", "Int128"},
      {"bool", "Boolean"},
      {"signed char", "TinyInt"},
      {"short", "SmallInt"},
      {"int", "Integer"},
      {"long", "BigInt"},
      {"float", "Real"},
      {"double", "Double"},
      {"unsigned long", "Hash"},
      {"const ::basalt::LikePattern *", "LikePattern"},
      {"const ::basalt::RegularExpression *", "RegularExpression"},
      {"const ::basalt::ValueSet *", "ValueSet"},
      {"const ::basalt::Dictionary *", "Dictionary"},
  };
  auto found = kNames.find(spell(type.getUnqualifiedType(), context));
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

bool isPointerTo(clang::QualType type, const char* qualifiedName) {
  type = type.getCanonicalType();
  if (!type->isPointerType() || type->getPointeeType().isConstQualified()) {
    return false;
  }
  const clang::TagDecl* tag = type->getPointeeType()->getAsTagDecl();
  return tag != nullptr && tag->getQualifiedNameAsString() == qualifiedName;
}

std::optional<clang::QualType> atomicValueOf(clang::QualType type) {
  const auto* record = type.getCanonicalType()->getAsCXXRecordDecl();
  const auto* specialization = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record);
  if (specialization == nullptr || specialization->getQualifiedNameAsString() != "std::atomic") {
    return std::nullopt;
  }
  return specialization->getTemplateArgs().get(0).getAsType();
}

std::optional<Complaint> checkSignature(const clang::FunctionDecl& declaration, const llvm::Function& lowered) {
  const clang::ASTContext& context = declaration.getASTContext();
  auto complain = [&](clang::SourceLocation place, const std::string& text) { return Complaint{place, text}; };
  clang::QualType result = declaration.getReturnType();
  if (!result->isVoidType() && !isEmittable(result, context)) {
    return complain(declaration.getLocation(), "cannot bind a result of type " + spell(result, context));
  }
  if (!resultFits(result, *lowered.getReturnType(), context)) {
    return complain(declaration.getLocation(), "the result is not returned in registers");
  }
  LoweredParameters parameters(lowered);
  for (const clang::ParmVarDecl* parameter : declaration.parameters()) {
    clang::QualType type = parameter->getType();
    const auto* record = type.getCanonicalType()->getAsCXXRecordDecl();
    if (record != nullptr && !record->isTriviallyCopyable()) {
      return complain(parameter->getLocation(), "a parameter passed by value must be trivially copyable, unlike " +
                                                    spell(type, context) + "; pass a pointer");
    }
    if (!isEmittable(type, context)) {
      return complain(parameter->getLocation(), "cannot bind a parameter of type " + spell(type, context) +
                                                    ": scalars, pointers and 16-byte structs of integers can be bound");
    }
    bool fits = isPairStruct(type, context) ? parameters.takePair()
                : isWide(type, context)     ? parameters.take(LoweredParameters::isWideInteger) || parameters.takePair()
                                            : parameters.take(LoweredParameters::isScalar);
    if (!fits) {
      return complain(parameter->getLocation(),
                      "this parameter is passed through memory, because the ones before it use up the six argument "
                      "registers; reorder or drop parameters, or pass a pointer");
    }
  }
  if (!parameters.done()) {
    return complain(declaration.getLocation(),
                    "the lowered signature has parameters that the C++ one does not explain");
  }
  return std::nullopt;
}

}  // namespace basalt::bindgen
