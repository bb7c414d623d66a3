#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace basalt::bindgen {

/// What was read from the annotated declarations, spelled as the generated files need it: no reference into the syntax
/// tree. Types are C++ spellings that are right in any namespace, symbols are mangled names.

struct Parameter {
  std::string name;
  std::string type;
};

struct Function {
  enum class Role { Kernel, Prelude, Export };

  Role role;
  std::string name;
  /// "::basalt::kernels::addInt64"
  std::string qualifiedName;
  std::string symbol;
  std::string result;
  std::vector<Parameter> parameters;
  /// The path an #include spells.
  std::string header;
  /// "runtime/kernels/Arithmetic.h:42"
  std::string place;

  // Of kernels only. Argument and result types are enumerators of KernelType.
  std::string sqlName;
  std::vector<std::string> sqlArguments;
  std::string sqlResult;
  bool mayFail = false;
  bool usesArena = false;
};

struct Field {
  enum class Access {
    /// Loaded and stored as one value.
    Value,
    /// A std::atomic of such a value, read and written with relaxed order.
    Atomic,
    /// An embedded struct or array, of which generated code gets the address only.
    Address,
  };

  Access access;
  std::string name;
  /// Of the value; for an address, of what it points to.
  std::string type;
  std::uint64_t offset;
  bool isConst;
};

struct SharedStruct {
  std::string name;
  std::string qualifiedName;
  std::uint64_t size;
  std::uint64_t alignment;
  std::vector<Field> fields;
  std::string header;
  std::string place;
};

struct Aggregate {
  std::string sqlName;
  std::string qualifiedName;
  /// None for count(*), else one.
  std::vector<std::string> sqlArguments;
  std::string sqlResult;
  std::uint64_t stateSize = 0;
  std::uint64_t stateAlignment = 0;
  std::string initialiseSymbol;
  std::string updateSymbol;
  std::string mergeSymbol;
  std::string finaliseSymbol;
  bool updateMayFail = false;
  bool mergeMayFail = false;
  bool finaliseMayFail = false;
  bool updateUsesArena = false;
  bool mergeUsesArena = false;
  std::string header;
};

struct Model {
  std::vector<Function> functions;
  std::vector<SharedStruct> structs;
  std::vector<Aggregate> aggregates;
  /// Symbols whose bodies the prelude holds, and those it only declares.
  std::set<std::string> definedSymbols;
  std::set<std::string> exportedSymbols;
};

}  // namespace basalt::bindgen
