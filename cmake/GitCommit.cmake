# Run at each build: writes OUTPUT with the commit of SOURCE, only where it changed.
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE result)
cmake_minimum_required(VERSION 3.25)
if(result OR commit STREQUAL "")
  set(commit unknown)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define GLASSCAPE_GIT_COMMIT \"@commit@\"\n" @ONLY)
