# Included by ctest (see YosoTests.cmake) with `program`, `prefix`, `list_file` and `environment` set.
if(NOT EXISTS ${program})
  add_test(${prefix}.not_built ${program}) # fails, and says which program is missing
  return()
endif()
if(NOT EXISTS ${list_file} OR NOT ${list_file} IS_NEWER_THAN ${program})
  execute_process(COMMAND ${CMAKE_COMMAND} -E env ${environment} ${program} --gtest_list_tests
                  OUTPUT_VARIABLE listing RESULT_VARIABLE failed ERROR_VARIABLE messages)
  if(failed)
    message(FATAL_ERROR "${program} --gtest_list_tests failed: ${failed}\n${messages}")
  endif()
  # Suites start in the first column and end in a dot; their cases are indented.
  string(REGEX MATCHALL "(^|\n)[A-Za-z0-9_/]+\\." suites "${listing}")
  set(commands)
  foreach(suite IN LISTS suites)
    string(REGEX REPLACE "^\n|\\.$" "" suite "${suite}")
    set(test "${prefix}.${suite}")
    string(APPEND commands "add_test([[${test}]] [[${program}]] [[--gtest_filter=${suite}.*]])\n"
           "set_tests_properties([[${test}]] PROPERTIES ENVIRONMENT [[${environment}]]")
    if(suite MATCHES "Slow")
      string(APPEND commands " LABELS slow")
    endif()
    string(APPEND commands ")\n")
  endforeach()
  file(WRITE ${list_file} "${commands}")
endif()
include(${list_file})
