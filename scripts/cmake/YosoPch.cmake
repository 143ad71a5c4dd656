# yoso_use_pch(TARGET): the LibTorch headers that modules and the trainer include, precompiled once for lib/ and tests/.
# Measured (g++ 12, one module file): 20 s plain, 9 s with this; making it takes 38 s and 600 MB.
# A precompiled header serves only files with its own -fPIC, -fopenmp and -fvisibility, so users get them here.
function(yoso_use_pch target)
  if(NOT YOSO_PCH)
    return()
  endif()
  if(NOT TARGET yoso_pch)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/pch.cpp CONTENT "")
    add_library(yoso_pch OBJECT ${PROJECT_BINARY_DIR}/generated/pch.cpp)
    target_link_libraries(yoso_pch PRIVATE torch yoso_openmp yoso_warnings)
    target_precompile_headers(yoso_pch PRIVATE
      <torch/nn/module.h> <torch/nn/modules/container/modulelist.h>
      <torch/nn/modules/embedding.h> <torch/nn/modules/linear.h> <torch/nn/modules/normalization.h>)
    yoso_pch_flags(yoso_pch)
  endif()
  target_precompile_headers(${target} REUSE_FROM yoso_pch)
  target_link_libraries(${target} PRIVATE yoso_openmp)
  yoso_pch_flags(${target})
endfunction()

function(yoso_pch_flags target)
  target_compile_options(${target} PRIVATE -fPIC)
  set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET default VISIBILITY_INLINES_HIDDEN OFF)
endfunction()
