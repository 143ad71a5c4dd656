# Finds LibTorch 2.11 (set YOSO_LIBTORCH, else the wheel that scripts/setup.sh linked as .deps) and OpenMP.
set(YOSO_LIBTORCH "$ENV{YOSO_LIBTORCH}" CACHE PATH "folder of a LibTorch 2.11 (holds share/cmake/Torch)")
set(yoso_libtorch ${YOSO_LIBTORCH})
if(NOT yoso_libtorch)
  set(yoso_libtorch ${PROJECT_SOURCE_DIR}/.deps/torch)
endif()
if(NOT EXISTS ${yoso_libtorch}/share/cmake/Torch/TorchConfig.cmake)
  message(FATAL_ERROR "no LibTorch in ${yoso_libtorch}: run ./scripts/setup.sh, or set YOSO_LIBTORCH to a LibTorch 2.11")
endif()

# torch's CMake copies CMAKE_CXX_STANDARD into CMAKE_CUDA_STANDARD, and CMake 3.25 knows no CUDA20 for nvcc.
set(CMAKE_CUDA_STANDARD 17)
# Without a GPU torch's CMake would add compute_50, which nvcc 13 no longer knows.
if(NOT TORCH_CUDA_ARCH_LIST)
  set(TORCH_CUDA_ARCH_LIST "9.0")
endif()
if(NOT CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 90)
endif()

find_package(Torch 2.11 REQUIRED PATHS ${yoso_libtorch} NO_DEFAULT_PATH)
find_package(OpenMP REQUIRED COMPONENTS CXX) # at::parallel_for is serial in files compiled without it
find_package(Threads REQUIRED)

# The wheel's libtorch.so exports its own copies of std::filesystem functions; its remove_all calls a function that the
# libstdc++ of GCC 12 lacks, and crashes. libstdc++ first in a program's list of libraries wins the look-up.
add_link_options(-Wl,--push-state,--no-as-needed -lstdc++ -Wl,--pop-state)
# DT_RPATH (not RUNPATH) is inherited by what torch loads itself, so nothing needs LD_LIBRARY_PATH.
add_link_options(-Wl,--disable-new-dtags -Wl,--allow-shlib-undefined)
set(CMAKE_BUILD_RPATH ${yoso_libtorch}/lib)
