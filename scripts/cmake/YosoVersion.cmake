# yoso_add_version(TARGET SOURCE): what SOURCE needs to state the version. The git hash is looked up in every build, and
# only SOURCE is compiled again when it changed.
function(yoso_add_version target source)
  set(header ${PROJECT_BINARY_DIR}/generated/yoso/runtime/git_hash.h)
  add_custom_target(yoso_git_hash BYPRODUCTS ${header} COMMENT "Looking up the commit" VERBATIM
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DHEADER=${header}
            -P ${PROJECT_SOURCE_DIR}/scripts/cmake/WriteGitHash.cmake)
  add_dependencies(${target} yoso_git_hash)
  set_source_files_properties(${source} PROPERTIES
    INCLUDE_DIRECTORIES ${PROJECT_BINARY_DIR}/generated
    COMPILE_DEFINITIONS "YOSO_VERSION=\"${PROJECT_VERSION}\";YOSO_COMPILER=\"${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} $<CONFIG>\""
    SKIP_PRECOMPILE_HEADERS ON)
endfunction()
