# Installs the build in BINARY_FOLDER to a place of its own, then configures, builds and runs a host against it. The host's program is
# the example in README.md, word for word.

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${output}${error}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

set(stage "${BINARY_FOLDER}/embedding")
file(REMOVE_RECURSE "${stage}")
run(${CMAKE_COMMAND} --install "${BINARY_FOLDER}" --prefix "${stage}/installed")

file(READ "${SOURCE_FOLDER}/README.md" readme)
set(fence "```cpp\n")
string(FIND "${readme}" "${fence}" begin)
string(LENGTH "${fence}" fence_length)
math(EXPR begin "${begin} + ${fence_length}")
string(SUBSTRING "${readme}" ${begin} -1 readme)
string(FIND "${readme}" "```" length)
string(SUBSTRING "${readme}" 0 ${length} program)
file(COPY "${CMAKE_CURRENT_LIST_DIR}/CMakeLists.txt" DESTINATION "${stage}/host")
file(WRITE "${stage}/host/main.cpp" "${program}")
run(${CMAKE_COMMAND} -G Ninja -S "${stage}/host" -B "${stage}/build"
    "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}" "-DCMAKE_PREFIX_PATH=${stage}/installed")
run(${CMAKE_COMMAND} --build "${stage}/build")

file(WRITE "${stage}/schema.sql"
     "create table lineitem (l_quantity decimal(15,2) not null, l_shipdate date not null);")
file(WRITE "${stage}/lineitem.tbl" "1.25|1994-12-31|\n100.00|1995-01-01|\n2.50|1992-02-29|\n")
run("${stage}/installed/bin/basalt" load --store "${stage}/store" --schema "${stage}/schema.sql" "${stage}/lineitem.tbl")
run("${stage}/build/host" "${stage}/store")
if(NOT output STREQUAL "3.75\n")
  message(FATAL_ERROR "the host printed '${output}', not 3.75")
endif()
