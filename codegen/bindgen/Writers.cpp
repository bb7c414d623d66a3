#include "codegen/bindgen/Writers.h"

#include <map>
#include <sstream>

#include "codegen/bindgen/LibraryCalls.h"

namespace basalt::bindgen {

namespace {

constexpr const char* kNotice =
    "// Derived from the annotated declarations in runtime/ by basalt-bindgen when Basalt is built.\n";

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string join(const std::vector<std::string>& parts, const std::string& separator) {
  std::string result;
  for (const std::string& part : parts) {
    result += (result.empty() ? "" : separator) + part;
  }
  return result;
}

/// "KernelType::BigInt, KernelType::BigInt" in braces.
std::string kernelTypes(const std::vector<std::string>& types) {
  std::vector<std::string> names;
  for (const std::string& type : types) {
    names.push_back("KernelType::" + type);
  }
  return "{" + join(names, ", ") + "}";
}

std::string boolean(bool value) { return value ? "true" : "false"; }

std::string includes(const std::set<std::string>& headers) {
  std::string result;
  for (const std::string& header : headers) {
    result += "#include \"" + header + "\"\n";
  }
  return result;
}

std::set<std::string> allHeaders(const Model& model) {
  std::set<std::string> headers;
  for (const Function& function : model.functions) {
    headers.insert(function.header);
  }
  for (const SharedStruct& shared : model.structs) {
    headers.insert(shared.header);
  }
  for (const Aggregate& aggregate : model.aggregates) {
    headers.insert(aggregate.header);
  }
  return headers;
}

/// A function type, such as "bool(::basalt::StringView, ::basalt::StringView)".
std::string prototype(const Function& function) {
  std::vector<std::string> types;
  for (const Parameter& parameter : function.parameters) {
    types.push_back(parameter.type);
  }
  return function.result + "(" + join(types, ", ") + ")";
}

/// Picks the right one of overloaded functions.
std::string addressOf(const Function& function) {
  return "static_cast<std::add_pointer_t<" + prototype(function) + ">>(&" + function.qualifiedName + ")";
}

void writeFunctionBinding(std::ostream& out, const Function& function) {
  std::string result = function.result == "void" ? "void" : "Val<" + function.result + ">";
  out << "/// " << function.place;
  if (!function.sqlName.empty()) {
    out << ", the kernel \"" << function.sqlName << "\"";
  }
  out << "\ninline " << result << " " << function.name << "(FunctionBuilder& b";
  std::vector<std::string> values;
  for (const Parameter& parameter : function.parameters) {
    out << ", Val<" << parameter.type << "> " << parameter.name << "_";
    values.push_back(parameter.name + "_.raw()");
  }
  std::string name = function.result == "void" ? "" : ", " + quoted(function.name);
  out << ") {\n  return b.call<" << function.result << ">(" << quoted(function.symbol) << ", {" << join(values, ", ")
      << "}" << name << ");\n}\n";
}

void writeField(std::ostream& out, const Field& field) {
  std::string setter = "set" + std::string(1, static_cast<char>(std::toupper(field.name[0]))) + field.name.substr(1);
  std::string addressName = "addressOf" + setter.substr(3);
  std::string value = "Val<" + field.type + ">";
  std::string offset = std::to_string(field.offset);
  if (field.access != Field::Access::Address) {
    std::string suffix = field.access == Field::Access::Atomic ? "Relaxed" : "";
    out << "  " << value << " " << field.name << "(FunctionBuilder& b) const {\n    return b.load" << suffix << "<"
        << field.type << ">(object_, " << offset << ", " << quoted(field.name) << ");\n  }\n";
    if (!field.isConst) {
      out << "  void " << setter << "(FunctionBuilder& b, " << value
          << " value) const\n    requires(!std::is_const_v<Pointee>)\n"
          << "  {\n    b.store" << suffix << "<" << field.type << ">(object_, " << offset << ", value);\n  }\n";
    }
  }
  std::string pointee = field.access == Field::Access::Atomic ? "std::atomic<" + field.type + ">" : field.type;
  std::string qualifier = field.isConst ? "const " : "";
  out << "  auto " << addressName << "(FunctionBuilder& b) const {\n    return b.offset<bind::LikePointee<Pointee, "
      << qualifier << pointee << ">>(object_, " << offset << ", \"" << field.name << "\");\n  }\n";
}

void writeStructBinding(std::ostream& out, const SharedStruct& shared) {
  out << "\n/// " << shared.place << "\ntemplate <typename Pointee = " << shared.qualifiedName
      << ">\n  requires std::same_as<std::remove_const_t<Pointee>, " << shared.qualifiedName << ">\nclass "
      << shared.name << " {\n public:\n  explicit " << shared.name << "(Val<Pointee*> object) : object_(object) {}\n\n";
  for (const Field& field : shared.fields) {
    writeField(out, field);
  }
  out << "\n private:\n  Val<Pointee*> object_;\n};\n"
      << "template <typename Pointee>\n"
      << shared.name << "(Val<Pointee*>) -> " << shared.name << "<Pointee>;\n";
}

}  // namespace

std::string writeBindings(const Model& model) {
  std::ostringstream out;
  out << kNotice << "#pragma once\n\n#include <atomic>\n#include <concepts>\n#include <type_traits>\n\n"
      << "#include \"codegen/builder/FunctionBuilder.h\"\n"
      << includes(allHeaders(model))
      << "\nnamespace basalt::bind {\n\nusing codegen::FunctionBuilder;\nusing codegen::Val;\n\n"
      << "/// A field of a const object is const.\ntemplate <typename Pointee, typename Field>\n"
      << "using LikePointee = std::conditional_t<std::is_const_v<Pointee>, const Field, Field>;\n";
  for (const SharedStruct& shared : model.structs) {
    writeStructBinding(out, shared);
  }
  for (const Function& function : model.functions) {
    out << "\n";
    writeFunctionBinding(out, function);
  }
  out << "\n}  // namespace basalt::bind\n";
  return out.str();
}

std::string writeLayoutProof(const Model& model) {
  std::ostringstream out;
  out << kNotice << "\n#include <cstddef>\n\n" << includes(allHeaders(model));
  for (const SharedStruct& shared : model.structs) {
    out << "\nstatic_assert(sizeof(" << shared.qualifiedName << ") == " << shared.size << ");\nstatic_assert(alignof("
        << shared.qualifiedName << ") == " << shared.alignment << ");\n";
    for (const Field& field : shared.fields) {
      out << "static_assert(offsetof(" << shared.qualifiedName << ", " << field.name << ") == " << field.offset
          << ");\n";
    }
  }
  for (const Aggregate& aggregate : model.aggregates) {
    out << "\nstatic_assert(sizeof(" << aggregate.qualifiedName << "::State) == " << aggregate.stateSize
        << ");\nstatic_assert(alignof(" << aggregate.qualifiedName << "::State) == " << aggregate.stateAlignment
        << ");\n";
  }
  return out.str();
}

std::string writeSymbols(const Model& model) {
  std::ostringstream out;
  out << kNotice << "\n#include \"codegen/Symbols.h\"\n\n#include <type_traits>\n\n"
      << includes(allHeaders(model))
      << "\n// The types do not matter: only the addresses are taken. The assembler name keeps them apart from the "
         "declarations\n"
      << "// in the C library's headers.\nextern \"C\" {\n";
  for (std::string_view call : kLibraryCalls) {
    out << "void basaltLibrary_" << call << "() __asm__(\"" << call << "\");\n";
  }
  out << "}\n\nnamespace basalt::codegen {\n\nstd::span<const Symbol> exportedSymbols() noexcept {\n"
      << "  static const Symbol kSymbols[] = {\n";
  for (const Function& function : model.functions) {
    if (function.role == Function::Role::Export) {
      out << "      {" << quoted(function.symbol) << ", reinterpret_cast<const void*>(\n          "
          << addressOf(function) << ")},\n";
    }
  }
  for (std::string_view call : kLibraryCalls) {
    out << "      {\"" << call << "\", reinterpret_cast<const void*>(&basaltLibrary_" << call << ")},\n";
  }
  out << "  };\n  return kSymbols;\n}\n\n}  // namespace basalt::codegen\n";
  return out.str();
}

std::string writePreludeBitcode(const std::string& bitcodePath, const std::string& fingerprint) {
  std::ostringstream out;
  // The hash in the assembler text makes this file change with the bitcode, and so be compiled again.
  out << kNotice << "\n#include <string_view>\n\n#include \"codegen/Prelude.h\"\n\n__asm__(\n    \"# " << fingerprint
      << "\\n\"\n"
      << "    \".section .rodata\\n\"\n    \".balign 16\\n\"\n"
      << "    \".local basaltPreludeBegin\\n\"\n    \".local basaltPreludeEnd\\n\"\n"
      << "    \"basaltPreludeBegin:\\n\"\n    \".incbin \\\"" << bitcodePath << "\\\"\\n\"\n"
      << "    \"basaltPreludeEnd:\\n\"\n    \".byte 0\\n\"\n    \".text\\n\");\n\n"
      << "extern \"C\" {\n__attribute__((visibility(\"hidden\"))) extern const char basaltPreludeBegin[];\n"
      << "__attribute__((visibility(\"hidden\"))) extern const char basaltPreludeEnd[];\n}\n\n"
      << "namespace basalt::codegen {\n\n"
      << "std::string_view preludeBitcode() noexcept { return {basaltPreludeBegin, basaltPreludeEnd}; }\n\n"
      << "std::string_view preludeFingerprint() noexcept {\n  return\n#include \"codegen/Fingerprint.inc\"\n      "
         ";\n}\n\n"
      << "}  // namespace basalt::codegen\n";
  return out.str();
}

std::string writeKernelCatalog(const Model& model) {
  std::ostringstream out;
  out << kNotice;
  for (const Function& function : model.functions) {
    if (function.role == Function::Role::Kernel) {
      out << "{" << quoted(function.sqlName) << ", " << quoted(function.symbol) << ", "
          << kernelTypes(function.sqlArguments) << ", KernelType::" << function.sqlResult << ", "
          << boolean(function.mayFail) << ", " << boolean(function.usesArena) << "},\n";
    }
  }
  return out.str();
}

std::string writeAggregateCatalog(const Model& model) {
  std::ostringstream out;
  out << kNotice;
  for (const Aggregate& aggregate : model.aggregates) {
    out << "{" << quoted(aggregate.sqlName) << ", " << kernelTypes(aggregate.sqlArguments)
        << ", KernelType::" << aggregate.sqlResult << ", " << aggregate.stateSize << ", " << aggregate.stateAlignment
        << ", " << quoted(aggregate.initialiseSymbol) << ", " << quoted(aggregate.updateSymbol) << ", "
        << quoted(aggregate.mergeSymbol) << ", " << quoted(aggregate.finaliseSymbol) << ", "
        << boolean(aggregate.updateMayFail) << ", " << boolean(aggregate.mergeMayFail) << ", "
        << boolean(aggregate.finaliseMayFail) << ", " << boolean(aggregate.updateUsesArena) << ", "
        << boolean(aggregate.mergeUsesArena) << "},\n";
  }
  return out.str();
}

std::string writeKernelLoops(const Model& model) {
  std::map<std::string, int> overloads;
  for (const Function& function : model.functions) {
    ++overloads[function.qualifiedName];
  }
  std::ostringstream out;
  out << kNotice;
  for (const Function& function : model.functions) {
    if (function.role == Function::Role::Kernel) {
      bool isOverloaded = overloads[function.qualifiedName] > 1;
      std::vector<std::string> types;
      for (const Parameter& parameter : function.parameters) {
        types.push_back(parameter.type);
      }
      std::string pointer = function.result + " (*)(" + join(types, ", ") + ") noexcept";
      out << "kernelLoop<"
          << (isOverloaded ? "static_cast<" + pointer + ">(&" + function.qualifiedName + ")"
                           : "&" + function.qualifiedName)
          << ">(),\n";
    }
  }
  return out.str();
}

std::string writeAggregateLoops(const Model& model) {
  std::ostringstream out;
  out << kNotice;
  for (const Aggregate& aggregate : model.aggregates) {
    out << "aggregateLoops<" << aggregate.qualifiedName << ">(),\n";
  }
  return out.str();
}

std::string writeKernelHeaders(const Model& model) {
  std::set<std::string> headers;
  for (const Function& function : model.functions) {
    if (function.role == Function::Role::Kernel) {
      headers.insert(function.header);
    }
  }
  for (const Aggregate& aggregate : model.aggregates) {
    headers.insert(aggregate.header);
  }
  return kNotice + includes(headers);
}

std::string describeInterfaces(const Model& model) {
  std::ostringstream out;
  for (const Function& function : model.functions) {
    out << function.symbol << " " << prototype(function) << "\n";
  }
  for (const SharedStruct& shared : model.structs) {
    out << shared.qualifiedName << " " << shared.size << " " << shared.alignment << "\n";
    for (const Field& field : shared.fields) {
      out << " " << field.name << " " << field.type << " " << field.offset << "\n";
    }
  }
  out << writeAggregateCatalog(model);
  return out.str();
}

}  // namespace basalt::bindgen
