#pragma once

/// Marks for codegen/bindgen, the build-time tool that reads these declarations and writes everything that must agree
/// with them: the bitcode of the kernels, the typed IR bindings, the kernel catalog, the interpreter's loops and the
/// layout proofs.

/// An inline function on scalars and PODs that defines a SQL function for one combination of argument types. `name` is
/// the function's name in plans. Both engines run this one body: the interpreter in a loop over a batch, compiled code
/// inlined. Trailing parameters `ErrorCode* error` and `StringArena* arena` are supplied by the engine, they are not
/// SQL arguments.
#define BASALT_KERNEL(name) [[clang::annotate("basalt.kernel", name)]]

/// An inline function that generated code may call and inline, which is not a SQL function: a hash table's probe step,
/// say.
#define BASALT_PRELUDE [[clang::annotate("basalt.prelude")]]

/// A function compiled once into the library, called by generated code through its symbol. Must be noexcept.
#define BASALT_EXPORT [[clang::annotate("basalt.export")]]

/// A standard-layout struct whose fields generated code reads or writes.
#define BASALT_SHARED [[clang::annotate("basalt.shared")]]

/// A struct of static functions that defines an aggregate function for one argument type: its `State`, and
/// `initialise`, `update`, `merge`, `finalise` on it.
#define BASALT_AGGREGATE(name) [[clang::annotate("basalt.aggregate", name)]]
