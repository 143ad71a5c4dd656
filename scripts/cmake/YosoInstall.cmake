# cmake --install BUILD --prefix DIR: the programs with manual pages and completions, both libraries, their headers, the
# experiments, and what find_package(Yoso) reads.
#   find_package(Yoso REQUIRED)                          # -DCMAKE_PREFIX_PATH=DIR
#   target_link_libraries(program PRIVATE Yoso::yoso)    # modules and trainer; Yoso::yoso_ops: the operators alone
include(CMakePackageConfigHelpers)

# Ours is found relative to itself, so the folder can be moved. LibTorch is looked for beside it, as DIR/libtorch (unpacked
# from its archive) or DIR/libtorch/torch (its wheel, with the wheels of CUDA beside it), then where it was for the build.
set(yoso_beside "$ORIGIN/../libtorch/lib;$ORIGIN/../libtorch/torch/lib;$ORIGIN/../libtorch/nvidia/cu13/lib")
set_target_properties(yoso_ops yoso PROPERTIES INSTALL_RPATH "$ORIGIN;${yoso_beside};${yoso_libtorch}/lib")
set_target_properties(${yoso_programs} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib;${yoso_beside};${yoso_libtorch}/lib")
# What YosoTorch.cmake says of libstdc++ and of undefined symbols holds for every program that links LibTorch.
target_link_options(yoso_ops INTERFACE $<INSTALL_INTERFACE:${yoso_torch_link_options}>)

install(TARGETS ${yoso_programs} RUNTIME DESTINATION bin)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs DESTINATION share/yoso)
foreach(program IN LISTS yoso_programs)
  foreach(file IN ITEMS "--manual|man/man1/${program}.1" "--completion=bash|bash-completion/completions/${program}"
          "--completion=zsh|zsh/site-functions/_${program}" "--completion=fish|fish/vendor_completions.d/${program}.fish")
    string(REPLACE "|" ";" file "${file}")
    list(GET file 0 option)
    list(GET file 1 target)
    # From the program's own table of options.
    install(CODE "
      set(target \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/${target}\")
      get_filename_component(folder \"\${target}\" DIRECTORY)
      file(MAKE_DIRECTORY \"\${folder}\")
      execute_process(COMMAND \"$<TARGET_FILE:${program}>\" ${option} OUTPUT_FILE \"\${target}\" COMMAND_ERROR_IS_FATAL ANY)")
  endforeach()
endforeach()
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

# A package's run paths name nothing of the machine that built it.
foreach(target IN ITEMS yoso_ops yoso ${yoso_programs})
  set(folder $<IF:$<STREQUAL:$<TARGET_PROPERTY:${target},TYPE>,EXECUTABLE>,bin,lib>)
  install(CODE "
    if(\"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\" MATCHES \"/_CPack_Packages/\")
      file(RPATH_CHANGE FILE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${folder}/$<TARGET_FILE_NAME:${target}>\"
           OLD_RPATH \"${yoso_libtorch}/lib\" NEW_RPATH \"\\\$ORIGIN/../lib\")
    endif()")
endforeach()

include(YosoPackage)
