# yoso_discover_tests(TARGET PREFIX): one ctest test `PREFIX.SUITE` for each GoogleTest suite of TARGET.
# Not one for each case, as gtest_discover_tests does: loading LibTorch takes 0.5 s a process. Suites whose name
# contains `Slow` get the label `slow`. The suites are asked for when ctest runs, and again after TARGET was rebuilt.
function(yoso_discover_tests target prefix)
  set(include_file ${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake)
  set(list_file ${CMAKE_CURRENT_BINARY_DIR}/${target}_list.cmake)
  file(GENERATE OUTPUT ${include_file} CONTENT
"set(program \"$<TARGET_FILE:${target}>\")
set(prefix \"${prefix}\")
set(list_file \"${list_file}\")
include(\"${PROJECT_SOURCE_DIR}/scripts/cmake/ListTestSuites.cmake\")
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include_file})
endfunction()
