# basalt_third_party: every library from outside that runtime/, operators/, interpreter/, engine/ and cli/ may use.
# Linked PRIVATE, so that none becomes a condition on a host. scripts/packages.txt lists the packages.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(FastFloat REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)

add_library(basalt_third_party INTERFACE)
target_link_libraries(basalt_third_party INTERFACE
  Threads::Threads Boost::headers fmt::fmt CLI11::CLI11 nlohmann_json::nlohmann_json FastFloat::fast_float
  PkgConfig::xxhash PkgConfig::re2 ${CMAKE_DL_LIBS})
