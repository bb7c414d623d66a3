# Installs the build in BINARY_FOLDER to a place of its own, then configures, builds and runs a host against it.

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
endfunction()

set(stage "${BINARY_FOLDER}/embedding")
file(REMOVE_RECURSE "${stage}")
run(${CMAKE_COMMAND} --install "${BINARY_FOLDER}" --prefix "${stage}/installed")
run(${CMAKE_COMMAND} -G Ninja -S "${CMAKE_CURRENT_LIST_DIR}" -B "${stage}/host"
    "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}" "-DCMAKE_PREFIX_PATH=${stage}/installed")
run(${CMAKE_COMMAND} --build "${stage}/host")
run("${stage}/host/host")
