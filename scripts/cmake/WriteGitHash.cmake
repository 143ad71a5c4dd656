# cmake -DSOURCE=DIR -DHEADER=FILE -P WriteGitHash.cmake
# Writes the commit of SOURCE to HEADER as YOSO_GIT_HASH; leaves the file alone when nothing changed. Of sources without
# history the environment variable YOSO_COMMIT says it.
cmake_minimum_required(VERSION 3.25)
set(YOSO_GIT_HASH "no git")
if("$ENV{YOSO_COMMIT}" MATCHES "^[0-9A-Za-z._-]+$")
  set(YOSO_GIT_HASH $ENV{YOSO_COMMIT})
endif()
find_program(git git)
if(git AND EXISTS ${SOURCE}/.git)
  # --exclude: a hash, never the name of a tag.
  execute_process(COMMAND ${git} -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(YOSO_GIT_HASH ${described})
  endif()
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#pragma once\n#define YOSO_GIT_HASH \"@YOSO_GIT_HASH@\"\n" @ONLY)
