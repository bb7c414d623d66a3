# Generates the TPC-H tables at a scale factor and loads them into a store, unless the store is newer than the tables, their
# schema and the program, which can read it.
#   SOURCE_FOLDER  the source tree      SCALE  the scale factor, as in 0.01
#   PROGRAM        the basalt program   STORE  the folder of the store

function(run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${SOURCE_FOLDER}" RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed with status ${status}: ${ARGN}")
  endif()
endfunction()

run(scripts/tpch-data --scale ${SCALE})

set(stamp "${STORE}/.loaded")
file(GLOB tables "${SOURCE_FOLDER}/data/tpch/sf${SCALE}/*.tbl")
set(schema "${SOURCE_FOLDER}/bench/tpch/schema.sql")
set(is_fresh TRUE)
foreach(source IN LISTS tables ITEMS "${schema}" "${PROGRAM}")
  # Holds also when the stamp is missing.
  if("${source}" IS_NEWER_THAN "${stamp}")
    set(is_fresh FALSE)
  endif()
endforeach()
# The format of stores may have changed in a library of the program's.
if(is_fresh)
  execute_process(COMMAND "${PROGRAM}" tables --store "${STORE}" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(NOT status EQUAL 0)
    set(is_fresh FALSE)
  endif()
endif()
if(is_fresh)
  message(STATUS "${STORE} is already loaded")
  return()
endif()

file(REMOVE_RECURSE "${STORE}")
run("${PROGRAM}" load --store "${STORE}" --schema "${schema}" ${tables})
file(TOUCH "${stamp}")
