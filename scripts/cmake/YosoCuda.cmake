# The CUDA language with a 13.0 toolkit, or none of it (YOSO_CUDA=OFF, or a LibTorch for CPUs).
set(yoso_cuda_default ON)
if(DEFINED ENV{YOSO_CUDA})
  set(yoso_cuda_default $ENV{YOSO_CUDA})
endif()
option(YOSO_CUDA "compile for NVIDIA GPUs; OFF needs no toolkit" ${yoso_cuda_default})

if(NOT yoso_libtorch_cuda)
  set(YOSO_CUDA OFF)
endif()

set(yoso_release_architectures 80 90 100) # as in CMakePresets.json; the last one with PTX for what comes later

if(YOSO_CUDA)
  # scripts/setup.sh links the toolkit it found or fetched as .deps/cuda; else CMake's own search counts.
  if(EXISTS ${PROJECT_SOURCE_DIR}/.deps/cuda/bin/nvcc AND NOT DEFINED ENV{CUDACXX})
    file(REAL_PATH ${PROJECT_SOURCE_DIR}/.deps/cuda CUDAToolkit_ROOT)
    set(CMAKE_CUDA_COMPILER ${CUDAToolkit_ROOT}/bin/nvcc)
  endif()
  set(CMAKE_CUDA_STANDARD 17) # CMake 3.25 knows no CUDA20 for nvcc
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_RUNTIME_LIBRARY Shared) # the one LibTorch has loaded
  if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    set(CMAKE_CUDA_ARCHITECTURES 90) # one while developing
  endif()
  enable_language(CUDA)
  # CMake 3.25 as Debian has it marks this library, which CUDA 13 no longer brings, without looking whether it is there.
  if(NOT TARGET CUDA::nvToolsExt)
    add_library(CUDA::nvToolsExt INTERFACE IMPORTED)
  endif()
  find_package(CUDAToolkit 13.0 REQUIRED QUIET)
  message(STATUS "CUDA toolkit ${CUDAToolkit_VERSION}: ${CUDAToolkit_BIN_DIR}")
endif()

# A LibTorch with CUDA asks for the target torch::cudart and, where there is none, searches a whole toolkit in its own
# way: without a GPU that ends in architectures nvcc 13 does not know, and it wants nvcc even for CPU-only use.
if(yoso_libtorch_cuda)
  add_library(torch::cudart INTERFACE IMPORTED)
  if(YOSO_CUDA)
    target_link_libraries(torch::cudart INTERFACE CUDA::cudart)
  endif()
endif()
