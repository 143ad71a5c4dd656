# cpack --config build/PRESET/CPackConfig.cmake [-G DEB]: what YosoInstall.cmake installs, as a .tar.gz or a .deb that puts it
# into /opt/yoso. LibTorch is not in it: the programs look for one beside them, as YosoInstall.cmake says.
set(CPACK_PACKAGE_NAME yoso)
set(CPACK_PACKAGE_CONTACT "the YOSO developers <noreply@localhost>") # a field that .deb files must have
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_GENERATOR TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_DEBIAN_PACKAGING_INSTALL_PREFIX /opt/yoso)
file(CONFIGURE OUTPUT CPackPrefix.cmake @ONLY CONTENT [[
# Read once for each kind of package.
set(CPACK_PACKAGING_INSTALL_PREFIX /)
if(CPACK_GENERATOR STREQUAL DEB)
  set(CPACK_PACKAGING_INSTALL_PREFIX ${CPACK_DEBIAN_PACKAGING_INSTALL_PREFIX})
endif()
]])
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_BINARY_DIR}/CPackPrefix.cmake)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)

# LibTorch is in no package, at which dpkg-shlibdeps gives up; so the packages of the other libraries are asked for here.
find_program(yoso_dpkg_query dpkg-query)
mark_as_advanced(yoso_dpkg_query)
set(depends libgcc-s1 libstdc++6)
foreach(name IN ITEMS archive lodepng sentencepiece utf8proc yaml-cpp)
  find_library(yoso_lib_${name} ${name})
  mark_as_advanced(yoso_lib_${name})
  if(yoso_dpkg_query AND yoso_lib_${name})
    file(REAL_PATH ${yoso_lib_${name}} file)
    execute_process(COMMAND ${yoso_dpkg_query} -S ${file} OUTPUT_VARIABLE owner ERROR_QUIET)
    if(owner MATCHES "^([^:,]+)")
      list(APPEND depends ${CMAKE_MATCH_1})
    endif()
  endif()
endforeach()
list(JOIN depends ", " CPACK_DEBIAN_PACKAGE_DEPENDS)
include(CPack)
