# Installs what a host needs to embed Basalt: headers, libraries, and the package for find_package(Basalt).

include(CMakePackageConfigHelpers)
set(BASALT_PACKAGE_FOLDER "${CMAKE_INSTALL_LIBDIR}/cmake/Basalt")

set(BASALT_INSTALLED_TARGETS basalt)
if(TARGET basalt_jit)
  list(APPEND BASALT_INSTALLED_TARGETS basalt_jit)
endif()
install(TARGETS ${BASALT_INSTALLED_TARGETS} EXPORT BasaltTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/basalt)
if(TARGET basalt_cli)
  install(TARGETS basalt_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

foreach(folder runtime operators interpreter codegen engine)
  if(IS_DIRECTORY "${CMAKE_SOURCE_DIR}/${folder}")
    install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/basalt
            FILES_MATCHING PATTERN "*.h" PATTERN bindgen EXCLUDE)
  endif()
endforeach()
install(DIRECTORY "${CMAKE_BINARY_DIR}/generated/" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/basalt OPTIONAL
        FILES_MATCHING PATTERN "*.h")

install(EXPORT BasaltTargets NAMESPACE basalt:: DESTINATION ${BASALT_PACKAGE_FOLDER})
configure_package_config_file(scripts/cmake/BasaltConfig.cmake.in "${CMAKE_BINARY_DIR}/BasaltConfig.cmake"
                              INSTALL_DESTINATION ${BASALT_PACKAGE_FOLDER})
write_basic_package_version_file("${CMAKE_BINARY_DIR}/BasaltConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/BasaltConfig.cmake" "${CMAKE_BINARY_DIR}/BasaltConfigVersion.cmake"
        DESTINATION ${BASALT_PACKAGE_FOLDER})
