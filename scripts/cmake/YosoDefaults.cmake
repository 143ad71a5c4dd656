# Build type, sanitizers, compiler cache, linker and warnings shared by every target.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
endif()
# -g1 keeps line numbers in backtraces at half the compile time of -g (LibTorch headers are large).
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

# LibTorch itself is not instrumented: what happens inside it is not seen, only what our files do.
set(YOSO_SANITIZE "" CACHE STRING "value of -fsanitize=, e.g. address,undefined or thread; empty: none")
if(YOSO_SANITIZE)
  add_compile_options(-fsanitize=${YOSO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${YOSO_SANITIZE})
endif()

find_program(YOSO_CCACHE ccache)
if(YOSO_CCACHE)
  # Precompiled headers are cacheable only with these two sloppiness flags. With the base folder, and with the map
  # below, every clone of the project finds what another one compiled.
  set(yoso_ccache ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${YOSO_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${yoso_ccache})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${yoso_ccache})
endif()
# Backtraces and messages name files relative to the project.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>)

find_program(YOSO_LLD ld.lld)
if(YOSO_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(yoso_warnings INTERFACE)
target_compile_options(yoso_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Werror>
  $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings -Xcompiler=-Wall,-Wextra>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees overlapping copies in std::string::insert and operator+ (GCC bug 105651), and takes a source that a
  # unity file includes for a header, whose types may not use an anonymous namespace.
  target_compile_options(yoso_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict $<$<BOOL:${YOSO_UNITY}>:-Wno-subobject-linkage>>)
endif()
