#include "codegen/bindgen/Collector.h"

#include <algorithm>
#include <map>

#include <clang/AST/Attr.h>
#include <clang/AST/CXXInheritance.h>
#include <clang/AST/GlobalDecl.h>
#include <clang/AST/RecordLayout.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Basic/SourceManager.h>
#include <clang/CodeGen/ModuleBuilder.h>
#include <llvm/Support/Path.h>

#include "codegen/bindgen/TypeReader.h"

namespace basalt::bindgen {

namespace {

const clang::AnnotateAttr* annotation(const clang::Decl* declaration, llvm::StringRef tag) {
  for (const auto* attribute : declaration->specific_attrs<clang::AnnotateAttr>()) {
    if (attribute->getAnnotation() == tag) {
      return attribute;
    }
  }
  return nullptr;
}

/// The SQL name in BASALT_KERNEL("name").
std::string nameArgument(const clang::AnnotateAttr& attribute, const clang::ASTContext& context) {
  if (attribute.args_size() != 1) {
    return "";
  }
  const clang::Expr* expression = (*attribute.args_begin())->IgnoreImplicit();
  while (const auto* full = llvm::dyn_cast<clang::FullExpr>(expression)) {
    expression = full->getSubExpr()->IgnoreImplicit();
  }
  if (const auto* literal = llvm::dyn_cast<clang::StringLiteral>(expression->IgnoreParenImpCasts())) {
    return literal->getString().str();
  }
  return expression->tryEvaluateString(const_cast<clang::ASTContext&>(context))
      .value_or("");  // NOLINT: clang lacks const
}

class Collector : public clang::RecursiveASTVisitor<Collector> {
 public:
  Collector(clang::ASTContext& context, clang::CodeGenerator& generator, const std::vector<std::string>& roots,
            Model& model)
      : context_(context), generator_(generator), roots_(roots), model_(model) {}

  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    const auto* kernel = annotation(function, "basalt.kernel");
    bool isPrelude = annotation(function, "basalt.prelude") != nullptr;
    bool isExport = annotation(function, "basalt.export") != nullptr;
    if ((kernel == nullptr && !isPrelude && !isExport) || !seen_.insert(function->getCanonicalDecl()).second) {
      return true;
    }
    Function result{};
    result.role = kernel != nullptr ? Function::Role::Kernel
                  : isPrelude       ? Function::Role::Prelude
                                    : Function::Role::Export;
    if (llvm::Function* lowered = bindFunction(function, !isExport)) {
      describe(function, *lowered, result);
      if (kernel == nullptr || describeKernel(function, *kernel, result)) {
        (isExport ? model_.exportedSymbols : model_.definedSymbols).insert(result.symbol);
        model_.functions.push_back(std::move(result));
      }
    }
    return true;
  }

  bool VisitCXXRecordDecl(clang::CXXRecordDecl* record) {
    if (!record->isThisDeclarationADefinition()) {
      return true;
    }
    if (annotation(record, "basalt.shared") != nullptr) {
      bindShared(record);
    }
    if (const auto* aggregate = annotation(record, "basalt.aggregate")) {
      bindAggregate(record, *aggregate);
    }
    return true;
  }

  /// Puts everything in an order that does not depend on the order of includes, and refuses what is defined twice.
  void finish() {
    std::ranges::sort(model_.functions, {}, [](const Function& f) { return std::tie(f.sqlName, f.symbol); });
    std::ranges::sort(model_.aggregates, {}, [](const Aggregate& a) { return std::tie(a.sqlName, a.qualifiedName); });
    std::ranges::sort(model_.structs, {}, &SharedStruct::qualifiedName);
  }

 private:
  bool fail(clang::SourceLocation place, const std::string& text) {
    auto& diagnostics = context_.getDiagnostics();
    diagnostics.Report(place, diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Error, "basalt-bindgen: %0"))
        << text;
    return false;
  }

  /// The path an #include spells, and the line in it.
  std::pair<std::string, unsigned> place(const clang::Decl* declaration) {
    const clang::SourceManager& sources = context_.getSourceManager();
    clang::SourceLocation location = sources.getExpansionLoc(declaration->getLocation());
    llvm::SmallString<256> path(sources.getFilename(location));
    sources.getFileManager().makeAbsolutePath(path);
    llvm::sys::path::remove_dots(path, true);
    for (const std::string& root : roots_) {
      llvm::StringRef rest = path;
      if (rest.consume_front(root) && rest.consume_front("/")) {
        return {rest.str(), sources.getExpansionLineNumber(location)};
      }
    }
    fail(declaration->getLocation(), "annotated declarations must lie below one of the --root folders");
    return {path.str().str(), 0};
  }

  std::string qualifiedName(const clang::NamedDecl* declaration) {
    for (const clang::DeclContext* scope = declaration->getDeclContext(); scope != nullptr;
         scope = scope->getParent()) {
      if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(scope);
          space != nullptr && space->isAnonymousNamespace()) {
        fail(declaration->getLocation(), "a bound declaration cannot be in an unnamed namespace");
      }
    }
    return "::" + declaration->getQualifiedNameAsString();
  }

  /// Checks what all bound functions have in common; returns the lowered one, which emits a body at the end of the
  /// unit.
  llvm::Function* bindFunction(clang::FunctionDecl* function, bool hasBody) {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
    auto refuse = [&](const std::string& text) -> llvm::Function* {
      fail(function->getLocation(), text);
      return nullptr;
    };
    if (function->isTemplated() || function->isFunctionTemplateSpecialization()) {
      return refuse("a bound function cannot be a template; write one function for each type");
    }
    if (method != nullptr && !method->isStatic()) {
      return refuse("a bound function cannot be a member function; pass the object as a pointer");
    }
    const auto* type = function->getType()->castAs<clang::FunctionProtoType>();
    if (type->isVariadic() || !type->isNothrow()) {
      return refuse("a function that generated code calls must be noexcept, and cannot be variadic");
    }
    const clang::FunctionDecl* definition = nullptr;
    if (hasBody && (!function->hasBody(definition) || !definition->isInlined())) {
      return refuse("the function must be defined inline in the header, since generated code inlines its body");
    }
    if (!hasBody && function->isDefined()) {
      return refuse("an exported function must be defined in a .cpp file; a function defined here is BASALT_PRELUDE");
    }
    const clang::FunctionDecl* bound = definition != nullptr ? definition : function;
    auto* lowered = llvm::dyn_cast<llvm::Function>(generator_.GetAddrOfGlobal(clang::GlobalDecl(bound), false));
    if (lowered == nullptr) {
      return refuse("the function has no symbol");
    }
    if (auto complaint = checkSignature(*bound, *lowered)) {
      fail(complaint->location, complaint->text);
      return nullptr;
    }
    return lowered;
  }

  void describe(const clang::FunctionDecl* function, const llvm::Function& lowered, Function& result) {
    auto [header, line] = place(function);
    result.name = function->getNameAsString();
    result.qualifiedName = qualifiedName(function);
    result.symbol = lowered.getName().str();
    result.result = spell(function->getReturnType().getUnqualifiedType(), context_);
    for (const clang::ParmVarDecl* parameter : function->parameters()) {
      std::string name = parameter->getNameAsString();
      if (name.empty()) {
        name = "argument" + std::to_string(parameter->getFunctionScopeIndex());
      }
      result.parameters.push_back({name, spell(parameter->getType().getUnqualifiedType(), context_)});
    }
    result.header = header;
    result.place = header + ":" + std::to_string(line);
  }

  bool describeKernel(const clang::FunctionDecl* function, const clang::AnnotateAttr& attribute, Function& result) {
    result.sqlName = nameArgument(attribute, context_);
    if (result.sqlName.empty()) {
      return fail(function->getLocation(), "BASALT_KERNEL needs the function's SQL name as a string literal");
    }
    auto sqlResult = kernelTypeOf(function->getReturnType(), context_);
    if (!sqlResult) {
      return fail(function->getLocation(),
                  "a kernel's result must be of a SQL type, unlike " + spell(function->getReturnType(), context_));
    }
    result.sqlResult = *sqlResult;
    for (const clang::ParmVarDecl* parameter : function->parameters()) {
      bool isError = isPointerTo(parameter->getType(), "basalt::ErrorCode");
      bool isArena = isPointerTo(parameter->getType(), "basalt::StringArena");
      if (result.usesArena || (result.mayFail && !isArena)) {
        return fail(parameter->getLocation(),
                    "a kernel's parameters are SQL values, then ErrorCode*, then StringArena*");
      }
      result.mayFail = result.mayFail || isError;
      result.usesArena = isArena;
      if (isError || isArena) {
        continue;
      }
      auto argument = kernelTypeOf(parameter->getType(), context_);
      if (!argument) {
        return fail(parameter->getLocation(),
                    "a kernel's parameter must be of a SQL type, unlike " + spell(parameter->getType(), context_));
      }
      result.sqlArguments.push_back(*argument);
    }
    std::string signature = result.sqlName + "(";
    for (const std::string& argument : result.sqlArguments) {
      signature += argument + ",";
    }
    auto [first, isNew] = signatures_.emplace(signature, result.place);
    return isNew ||
           fail(function->getLocation(), "a kernel of this name and these argument types is at " + first->second);
  }

  void bindShared(const clang::CXXRecordDecl* record) {
    if (record->isTemplated() || record->isUnion()) {
      fail(record->getLocation(), "a shared struct cannot be a template or a union");
      return;
    }
    if (!record->isStandardLayout()) {
      fail(record->getLocation(),
           "a shared struct must have standard layout: no virtual functions, one access level, "
           "standard-layout members");
      return;
    }
    if (record->getNumBases() != 0) {
      fail(record->getLocation(), "a shared struct cannot have base classes");
      return;
    }
    const clang::ASTRecordLayout& layout = context_.getASTRecordLayout(record);
    auto [header, line] = place(record);
    SharedStruct result{record->getNameAsString(),
                        qualifiedName(record),
                        static_cast<std::uint64_t>(layout.getSize().getQuantity()),
                        static_cast<std::uint64_t>(layout.getAlignment().getQuantity()),
                        {},
                        header,
                        header + ":" + std::to_string(line)};
    auto [first, isNew] = structNames_.emplace(result.name, result.place);
    if (!isNew) {
      fail(record->getLocation(), "another shared struct of this name is at " + first->second);
      return;
    }
    for (const clang::FieldDecl* field : record->fields()) {
      if (!bindField(field, layout, result)) {
        return;
      }
    }
    model_.structs.push_back(std::move(result));
  }

  bool bindField(const clang::FieldDecl* field, const clang::ASTRecordLayout& layout, SharedStruct& result) {
    if (field->getAccess() != clang::AS_public) {
      return fail(field->getLocation(), "the fields of a shared struct must be public, since generated code uses them");
    }
    if (field->isBitField() || field->getType()->isReferenceType() || field->getName().empty()) {
      return fail(field->getLocation(), "a bit-field, a reference or an unnamed field cannot be bound");
    }
    clang::QualType type = field->getType().getCanonicalType();
    if (type.isVolatileQualified()) {
      return fail(field->getLocation(), "a volatile field cannot be bound; use std::atomic");
    }
    Field out{Field::Access::Value, field->getNameAsString(), "", layout.getFieldOffset(field->getFieldIndex()) / 8,
              type.isConstQualified()};
    clang::QualType valueType = type.getUnqualifiedType();
    if (auto atomicValue = atomicValueOf(type)) {
      // Larger ones are not read by one instruction, and the library's lock is not for generated code.
      bool fits = isEmittable(*atomicValue, context_) && context_.getTypeSize(*atomicValue) <= 64 &&
                  context_.getTypeSize(*atomicValue) == context_.getTypeSize(type);
      out.access = fits ? Field::Access::Atomic : Field::Access::Address;
      valueType = fits ? *atomicValue : type;
    } else if (const auto* array = context_.getAsConstantArrayType(type)) {
      out.access = Field::Access::Address;
      valueType = array->getElementType();
    } else if (!isEmittable(valueType, context_)) {
      if (type->getAsCXXRecordDecl() == nullptr) {
        return fail(field->getLocation(), "cannot bind a field of type " + spell(type, context_));
      }
      out.access = Field::Access::Address;
      valueType = type;
    }
    out.type = spell(valueType, context_);
    result.fields.push_back(std::move(out));
    return true;
  }

  void bindAggregate(clang::CXXRecordDecl* record, const clang::AnnotateAttr& attribute) {
    Aggregate result;
    result.sqlName = nameArgument(attribute, context_);
    if (record->isTemplated() || result.sqlName.empty()) {
      fail(record->getLocation(),
           "BASALT_AGGREGATE needs a SQL name as a string literal, and its struct cannot be a template");
      return;
    }
    result.qualifiedName = qualifiedName(record);
    result.header = place(record).first;
    const clang::CXXRecordDecl* state = stateOf(record);
    clang::CXXMethodDecl* initialise = methodOf(record, "initialise");
    clang::CXXMethodDecl* update = methodOf(record, "update");
    clang::CXXMethodDecl* merge = methodOf(record, "merge");
    clang::CXXMethodDecl* finalise = methodOf(record, "finalise");
    if (state == nullptr || initialise == nullptr || update == nullptr || merge == nullptr || finalise == nullptr) {
      return;
    }
    const clang::ASTRecordLayout& layout = context_.getASTRecordLayout(state);
    result.stateSize = static_cast<std::uint64_t>(layout.getSize().getQuantity());
    result.stateAlignment = static_cast<std::uint64_t>(layout.getAlignment().getQuantity());

    MethodReader initialiseReader{*this, initialise};
    MethodReader updateReader{*this, update};
    MethodReader mergeReader{*this, merge};
    MethodReader finaliseReader{*this, finalise};
    bool fits = initialiseReader.takeState(state, false) && initialiseReader.end("initialise(State*)");
    if (fits && updateReader.takeState(state, false)) {
      if (auto argument = updateReader.takeSqlValue()) {
        result.sqlArguments.push_back(*argument);
      }
      result.updateMayFail = updateReader.takeError();
      result.updateUsesArena = updateReader.takeArena();
      fits = updateReader.end("update(State*, one SQL value or none, [ErrorCode*], [StringArena*])");
    }
    if (fits && mergeReader.takeState(state, false) && mergeReader.takeState(state, true)) {
      result.mergeMayFail = mergeReader.takeError();
      result.mergeUsesArena = mergeReader.takeArena();
      fits = mergeReader.end("merge(State*, const State*, [ErrorCode*], [StringArena*])");
    }
    if (fits && finaliseReader.takeState(state, true)) {
      result.sqlResult = finaliseReader.takePointerToSqlValue().value_or("");
      result.finaliseMayFail = finaliseReader.takeError();
      fits = finaliseReader.end("finalise(const State*, pointer to a SQL value, [ErrorCode*]) returning bool") &&
             (!result.sqlResult.empty() && finalise->getReturnType()->isBooleanType());
    }
    if (!fits || result.sqlResult.empty()) {
      fail(record->getLocation(),
           "the functions of an aggregate are initialise(State*), update(State*, [value], "
           "[ErrorCode*], [StringArena*]), merge(State*, const State*, [ErrorCode*], [StringArena*]) "
           "and bool finalise(const State*, Result*, [ErrorCode*])");
      return;
    }
    for (auto [method, symbol] :
         {std::pair(initialise, &result.initialiseSymbol), std::pair(update, &result.updateSymbol),
          std::pair(merge, &result.mergeSymbol), std::pair(finalise, &result.finaliseSymbol)}) {
      llvm::Function* lowered = bindFunction(method, true);
      if (lowered == nullptr) {
        return;
      }
      *symbol = lowered->getName().str();
      model_.definedSymbols.insert(*symbol);
    }
    model_.aggregates.push_back(std::move(result));
  }

  /// Takes the parameters of an aggregate's function one by one.
  struct MethodReader {
    Collector& collector;
    const clang::CXXMethodDecl* method;
    unsigned next = 0;

    std::optional<clang::QualType> peek() const {
      return next < method->getNumParams() ? std::optional(method->getParamDecl(next)->getType().getCanonicalType())
                                           : std::nullopt;
    }
    bool takeState(const clang::CXXRecordDecl* state, bool isConst) {
      auto type = peek();
      bool fits = type && (*type)->isPointerType() && (*type)->getPointeeCXXRecordDecl() != nullptr &&
                  (*type)->getPointeeCXXRecordDecl()->getCanonicalDecl() == state->getCanonicalDecl() &&
                  (*type)->getPointeeType().isConstQualified() == isConst;
      next += fits ? 1U : 0U;
      return fits;
    }
    std::optional<std::string> takeSqlValue() {
      auto type = peek();
      auto result = type ? kernelTypeOf(*type, collector.context_) : std::nullopt;
      next += result ? 1U : 0U;
      return result;
    }
    std::optional<std::string> takePointerToSqlValue() {
      auto type = peek();
      if (!type || !(*type)->isPointerType() || (*type)->getPointeeType().isConstQualified()) {
        return std::nullopt;
      }
      ++next;
      return kernelTypeOf((*type)->getPointeeType(), collector.context_);
    }
    bool takeError() { return takePointerTo("basalt::ErrorCode"); }
    bool takeArena() { return takePointerTo("basalt::StringArena"); }
    bool takePointerTo(const char* qualifiedName) {
      auto type = peek();
      bool fits = type && isPointerTo(*type, qualifiedName);
      next += fits ? 1U : 0U;
      return fits;
    }
    bool end(const std::string& expected) const {
      return next == method->getNumParams() ||
             collector.fail(method->getParamDecl(next)->getLocation(), "expected " + expected);
    }
  };

  const clang::CXXRecordDecl* stateOf(const clang::CXXRecordDecl* record) {
    auto found = record->lookup(&context_.Idents.get("State"));
    const clang::CXXRecordDecl* state = nullptr;
    if (found.isSingleResult()) {
      if (const auto* alias = llvm::dyn_cast<clang::TypedefNameDecl>(found.front())) {
        state = alias->getUnderlyingType()->getAsCXXRecordDecl();
      } else {
        state = llvm::dyn_cast<clang::CXXRecordDecl>(found.front());
      }
    }
    if (state != nullptr && state->hasDefinition() && state->isTriviallyCopyable() && state->isStandardLayout()) {
      return state->getDefinition();
    }
    fail(record->getLocation(),
         "an aggregate needs a struct State that is trivially copyable and of standard layout, since "
         "both engines move it as bytes");
    return nullptr;
  }

  clang::CXXMethodDecl* methodOf(const clang::CXXRecordDecl* record, const char* name) {
    auto found = record->lookup(&context_.Idents.get(name));
    auto* method = found.isSingleResult() ? llvm::dyn_cast<clang::CXXMethodDecl>(found.front()) : nullptr;
    if (method == nullptr || !method->isStatic()) {
      fail(record->getLocation(), std::string("an aggregate needs exactly one static function ") + name);
      return nullptr;
    }
    return method;
  }

  clang::ASTContext& context_;
  clang::CodeGenerator& generator_;
  const std::vector<std::string>& roots_;
  Model& model_;
  std::set<const clang::FunctionDecl*> seen_;
  std::map<std::string, std::string> signatures_;
  std::map<std::string, std::string> structNames_;
};

}  // namespace

void collect(clang::ASTContext& context, clang::CodeGenerator& generator, const std::vector<std::string>& roots,
             Model& model) {
  Collector collector(context, generator, roots, model);
  collector.TraverseDecl(context.getTranslationUnitDecl());
  collector.finish();
}

}  // namespace basalt::bindgen
