# cmake --install BUILD --prefix DIR: the programs, both libraries, their headers, and what find_package(Yoso) reads.
#   find_package(Yoso REQUIRED)                          # -DCMAKE_PREFIX_PATH=DIR
#   target_link_libraries(program PRIVATE Yoso::yoso)    # modules and trainer; Yoso::yoso_ops: the operators alone
include(CMakePackageConfigHelpers)

# LibTorch stays where it is, so its place is in the run path; ours is relative, so the folder can be moved.
set_target_properties(yoso_ops yoso PROPERTIES INSTALL_RPATH "$ORIGIN;${yoso_libtorch}/lib")
set_target_properties(${yoso_programs} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib;${yoso_libtorch}/lib")
# What YosoTorch.cmake says of libstdc++ and of undefined symbols holds for every program that links LibTorch.
target_link_options(yoso_ops INTERFACE $<INSTALL_INTERFACE:${yoso_torch_link_options}>)

install(TARGETS ${yoso_programs} RUNTIME DESTINATION bin)
install(TARGETS yoso_ops yoso EXPORT YosoTargets LIBRARY DESTINATION lib)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/lib/yoso DESTINATION include FILES_MATCHING PATTERN "*.h")
file(GLOB headers ${PROJECT_SOURCE_DIR}/cuda_ops/yoso/ops/*.h) # what lies deeper is nobody's to call
install(FILES ${headers} DESTINATION include/yoso/ops)

set(package lib/cmake/Yoso)
install(EXPORT YosoTargets NAMESPACE Yoso:: DESTINATION ${package})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/YosoConfig.cmake.in ${PROJECT_BINARY_DIR}/YosoConfig.cmake
                              INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/YosoConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/YosoConfig.cmake ${PROJECT_BINARY_DIR}/YosoConfigVersion.cmake
        DESTINATION ${package})
