# basalt_bind(<target> SOURCE <file> OUTPUT <folder> SOURCES <variable>)
# Runs basalt-bindgen on one translation unit that includes the annotated headers. <target> stands for the generated files;
# <variable> receives those that are to be compiled.
function(basalt_bind target)
  cmake_parse_arguments(PARSE_ARGV 1 bind "" "SOURCE;OUTPUT;SOURCES" "")
  set(compiled codegen/LayoutProof.cpp codegen/Symbols.cpp codegen/PreludeBitcode.cpp)
  set(included codegen/Bindings.h codegen/Fingerprint.inc codegen/Prelude.bc
               operators/KernelCatalog.inc operators/AggregateCatalog.inc
               operators/KernelHeaders.inc operators/KernelLoops.inc operators/AggregateLoops.inc)
  list(TRANSFORM compiled PREPEND "${bind_OUTPUT}/")
  list(TRANSFORM included PREPEND "${bind_OUTPUT}/")
  # The depfile speaks for the first output.
  list(POP_FRONT included bindings)

  # The flags of the library's release build, for the same kernels in both engines. No type-based alias metadata, which only
  # makes the prelude larger; no contraction into fused operations, which would change results by the processor.
  add_custom_command(
    OUTPUT ${bindings} ${included} ${compiled}
    COMMAND basalt-bindgen --output "${bind_OUTPUT}" --root "${CMAKE_SOURCE_DIR}"
            --depfile "${CMAKE_CURRENT_BINARY_DIR}/${target}.d" "${bind_SOURCE}"
            -- -xc++ -std=c++23 -O2 -DNDEBUG -fPIC -march=${BASALT_ARCH} -ffp-contract=off -fno-math-errno -fno-strict-aliasing
               -Wall -Wextra -Werror "-I${CMAKE_SOURCE_DIR}"
    DEPENDS basalt-bindgen "${bind_SOURCE}"
    DEPFILE "${CMAKE_CURRENT_BINARY_DIR}/${target}.d"
    COMMENT "Deriving bindings, catalogs and the prelude from ${bind_SOURCE}"
    VERBATIM)
  add_custom_target(${target} DEPENDS ${bindings} ${included} ${compiled})
  set(${bind_SOURCES} ${compiled} PARENT_SCOPE)
endfunction()
