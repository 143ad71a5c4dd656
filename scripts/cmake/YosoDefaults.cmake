# Build type, compiler cache, linker and warnings shared by every target.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
endif()
# -g1 keeps line numbers in backtraces at half the compile time of -g (LibTorch headers are large).
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

find_program(YOSO_CCACHE ccache)
if(YOSO_CCACHE)
  # Precompiled headers are cacheable only with these two sloppiness flags.
  set(yoso_ccache ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${YOSO_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${yoso_ccache})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${yoso_ccache})
endif()

find_program(YOSO_LLD ld.lld)
if(YOSO_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(yoso_warnings INTERFACE)
target_compile_options(yoso_warnings INTERFACE -Wall -Wextra -Werror)
