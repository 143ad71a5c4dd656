# The target yoso_simulated_kernels: the very files that run on a GPU, from the kernels up to the functions behind the
# CUDA key, compiled for the CPU and run by kernels/simulator. Needs neither a toolkit nor a GPU.
find_package(Boost REQUIRED COMPONENTS context) # fibers
set(ops ${PROJECT_SOURCE_DIR}/cuda_ops/yoso/ops)
file(GLOB kernels CONFIGURE_DEPENDS ${ops}/kernels/*.cu)
file(GLOB sources CONFIGURE_DEPENDS ${ops}/kernels/simulator/*.cpp ${ops}/cuda/*.cpp)
list(REMOVE_ITEM sources ${ops}/cuda/register.cpp ${ops}/cuda/runtime.cpp) # what only a GPU can do
set_source_files_properties(${kernels} PROPERTIES LANGUAGE CXX COMPILE_OPTIONS "-x;c++")

add_library(yoso_simulated_kernels STATIC ${kernels} ${sources}
            ${PROJECT_SOURCE_DIR}/tests/cuda_kernels/simulated_runtime.cpp)
target_compile_definitions(yoso_simulated_kernels PUBLIC YOSO_GPU_SIMULATOR)
target_compile_options(yoso_simulated_kernels PUBLIC -Wno-unknown-pragmas) # of unroll, which nvcc knows
target_include_directories(yoso_simulated_kernels PUBLIC ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(yoso_simulated_kernels PUBLIC yoso_ops PRIVATE Boost::context yoso_warnings)
