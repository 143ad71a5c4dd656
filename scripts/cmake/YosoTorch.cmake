# LibTorch 2.11 as the target `torch`, its OpenMP run time as `yoso_openmp`.
# scripts/setup.sh links what it chose as .deps/torch; YOSO_LIBTORCH names another one.
set(YOSO_LIBTORCH "$ENV{YOSO_LIBTORCH}" CACHE PATH "folder of a LibTorch 2.11 (it holds share/cmake/Torch)")
set(yoso_libtorch ${YOSO_LIBTORCH})
if(NOT yoso_libtorch)
  set(yoso_libtorch ${PROJECT_SOURCE_DIR}/.deps/torch)
endif()
# The real path, so that every clone compiles with the same flags and ccache serves all of them.
file(REAL_PATH ${yoso_libtorch} yoso_libtorch)
if(NOT EXISTS ${yoso_libtorch}/share/cmake/Torch/TorchConfig.cmake)
  message(FATAL_ERROR "no LibTorch in ${yoso_libtorch}: run ./scripts/setup.sh, or set YOSO_LIBTORCH to a LibTorch 2.11")
endif()
file(GLOB yoso_libtorch_cuda ${yoso_libtorch}/lib/libtorch_cuda.so)

include(YosoCuda)

find_package(Threads REQUIRED)
# Torch's files warn about parts a wheel does not carry and a program does not need.
set(CMAKE_MESSAGE_LOG_LEVEL ERROR)
find_package(Torch 2.11 REQUIRED PATHS ${yoso_libtorch} NO_DEFAULT_PATH)
unset(CMAKE_MESSAGE_LOG_LEVEL)
if(NOT Torch_VERSION VERSION_LESS 2.12)
  message(FATAL_ERROR "${yoso_libtorch} is LibTorch ${Torch_VERSION}, but 2.11 is needed")
endif()
message(STATUS "LibTorch ${Torch_VERSION}: ${yoso_libtorch}")
# MKL is inside libtorch_cpu; the folders torch guesses for another one would end up in our run path.
if(TARGET caffe2::mkl)
  set_target_properties(caffe2::mkl PROPERTIES INTERFACE_LINK_DIRECTORIES "")
endif()

# at::parallel_for is serial in files compiled without OpenMP, and at::set_num_threads reaches only the run time that
# LibTorch itself loaded: so we link that one, not the compiler's.
add_library(yoso_openmp INTERFACE)
file(GLOB yoso_gomp ${yoso_libtorch}/lib/libgomp*.so*)
if(YOSO_SANITIZE MATCHES "thread")
  # The thread sanitizer does not see libgomp's barriers and reports every loop: our own loops run on one thread.
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(yoso_openmp INTERFACE -fopenmp)
  if(yoso_gomp)
    target_link_libraries(yoso_openmp INTERFACE ${yoso_gomp})
  else()
    target_link_options(yoso_openmp INTERFACE -fopenmp)
  endif()
else()
  message(STATUS "${CMAKE_CXX_COMPILER_ID}: its OpenMP is not LibTorch's, so our own loops run on one thread")
endif()

# The wheel's libtorch.so exports its own copies of std::filesystem functions; its remove_all calls a function that the
# libstdc++ of GCC 12 lacks, and crashes. libstdc++ first in a program's list of libraries wins the look-up.
set(yoso_torch_link_options "SHELL:-Wl,--push-state,--no-as-needed -lstdc++ -Wl,--pop-state"
    -Wl,--allow-shlib-undefined) # the wheel misses libraries that only a GPU needs
add_link_options(${yoso_torch_link_options})
# DT_RPATH (not RUNPATH) is inherited by what torch loads itself, so nothing needs LD_LIBRARY_PATH.
add_link_options(-Wl,--disable-new-dtags)
set(CMAKE_BUILD_RPATH ${yoso_libtorch}/lib)
# A wheel's CUDA run time lies beside it. It comes before a toolkit's, so that one is loaded and not two.
file(GLOB yoso_wheel_cudart ${yoso_libtorch}/../nvidia/cu13/lib/libcudart.so.*)
if(yoso_wheel_cudart)
  file(REAL_PATH ${yoso_libtorch}/../nvidia/cu13/lib yoso_wheel_cuda)
  list(APPEND CMAKE_BUILD_RPATH ${yoso_wheel_cuda})
endif()
