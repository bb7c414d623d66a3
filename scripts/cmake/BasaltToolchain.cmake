# Refuses a toolchain that is known not to work, and says what to do about it.

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "Basalt is compiled with clang 19 or newer, because the code it compiles at run time comes from the same compiler. "
    "Run scripts/setup and configure with `cmake --preset release`. "
    "Found: ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} (${CMAKE_CXX_COMPILER})")
endif()
if(CMAKE_SOURCE_DIR STREQUAL CMAKE_BINARY_DIR)
  message(FATAL_ERROR "Basalt does not build inside its source folder. Configure with `cmake --preset release`.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

# Programs find the libraries beside them, and libbasalt finds libbasalt-jit, wherever the tree is moved to.
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
set(CMAKE_BUILD_RPATH "$ORIGIN/../lib" "$ORIGIN")
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}" "$ORIGIN")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug or Sanitize" FORCE)
endif()
# -g1 keeps line tables: a profile or a crash names its source line, for little build time.
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1")

find_program(BASALT_CCACHE ccache)
mark_as_advanced(BASALT_CCACHE)
if(BASALT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${BASALT_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BASALT_CCACHE}")
endif()

# The compiler's own installation is the first place to look: its LLVM is the matching one.
get_filename_component(BASALT_COMPILER_FILE "${CMAKE_CXX_COMPILER}" REALPATH)
get_filename_component(BASALT_COMPILER_FOLDER "${BASALT_COMPILER_FILE}" DIRECTORY)
find_package(LLVM CONFIG QUIET HINTS "${BASALT_COMPILER_FOLDER}/.." /usr/lib/llvm-19)
if(NOT LLVM_FOUND)
  message(FATAL_ERROR "Basalt needs the development files of LLVM 19.1.1 or newer. Run scripts/setup.")
endif()
if(LLVM_PACKAGE_VERSION VERSION_LESS 19.1.1)
  message(FATAL_ERROR "Basalt needs LLVM 19.1.1 or newer. Run scripts/setup. Found: ${LLVM_PACKAGE_VERSION} (${LLVM_DIR})")
endif()
find_package(Clang CONFIG QUIET HINTS "${LLVM_INSTALL_PREFIX}")
if(NOT Clang_FOUND)
  message(FATAL_ERROR "Basalt needs Clang's development files, for the tool that reads runtime/. Run scripts/setup.")
endif()
message(STATUS "LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_INSTALL_PREFIX}, ${CMAKE_BUILD_TYPE}, -march=${BASALT_ARCH}")
