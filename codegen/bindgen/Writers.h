#pragma once

#include <string>

#include "codegen/bindgen/Model.h"

namespace basalt::bindgen {

/// The generated files. Each function returns one file's content; the names are those below generated/.

/// codegen/Bindings.h: a typed function per bound function, a class of accessors per shared struct.
std::string writeBindings(const Model& model);
/// codegen/LayoutProof.cpp: has the host compiler confirm the layouts that the accessors have built in.
std::string writeLayoutProof(const Model& model);
/// codegen/Symbols.cpp: the only addresses that generated code can link to.
std::string writeSymbols(const Model& model);
/// codegen/PreludeBitcode.cpp: embeds the file at `bitcodePath`, whose hash is `fingerprint`.
std::string writePreludeBitcode(const std::string& bitcodePath, const std::string& fingerprint);
/// operators/KernelCatalog.inc and operators/AggregateCatalog.inc: initialisers of KernelInfo and AggregateInfo.
std::string writeKernelCatalog(const Model& model);
std::string writeAggregateCatalog(const Model& model);
/// operators/KernelLoops.inc and operators/AggregateLoops.inc: loop instantiations in the catalogs' order.
std::string writeKernelLoops(const Model& model);
std::string writeAggregateLoops(const Model& model);
/// operators/KernelHeaders.inc: includes what the loops name.
std::string writeKernelHeaders(const Model& model);
/// Everything about signatures and layouts that compiled code depends on, as text to be hashed.
std::string describeInterfaces(const Model& model);

}  // namespace basalt::bindgen
