# basalt_warnings: what every line of this project is held to. A tool that runs during the build links only this.
# basalt_options:  basalt_warnings and the flags of code that ends up in a library, a program or a test.

add_library(basalt_warnings INTERFACE)
target_compile_options(basalt_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wextra-semi -Wimplicit-fallthrough -Wnull-dereference -Wunreachable-code -Wthread-safety -Werror
  # std::stable_sort of libstdc++ 12 uses std::get_temporary_buffer, which is deprecated.
  -Wno-deprecated-declarations)

add_library(basalt_options INTERFACE)
target_link_libraries(basalt_options INTERFACE basalt_warnings)
# No contraction of a * b + c into one rounding: both engines and all processors compute the same floating-point results.
target_compile_options(basalt_options INTERFACE -march=${BASALT_ARCH} -fno-omit-frame-pointer -ffp-contract=off
                                                -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
# Library references bind to their definitions at link time, as the loader would; a missing one is a build error.
target_link_options(basalt_options INTERFACE -fuse-ld=lld LINKER:--gc-sections LINKER:--build-id=sha1)

if(BASALT_SANITIZE)
  # -fsanitize=function reads the bytes before a function's entry; functions compiled at run time do not have them.
  target_compile_options(basalt_options INTERFACE -fsanitize=${BASALT_SANITIZE} -fno-sanitize=function
                                                  -fno-sanitize-recover=all)
  target_link_options(basalt_options INTERFACE -fsanitize=${BASALT_SANITIZE})
else()
  target_link_options(basalt_options INTERFACE LINKER:--no-undefined)
endif()
