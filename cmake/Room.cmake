# A room is a static library built from src/NAME; what it links are its arrows in the architecture.
add_library(glasscape_options INTERFACE)
target_compile_features(glasscape_options INTERFACE cxx_std_20)
target_include_directories(glasscape_options INTERFACE ${PROJECT_SOURCE_DIR}/include)
target_compile_options(glasscape_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
  $<$<BOOL:${GLASSCAPE_WERROR}>:-Werror> $<$<BOOL:${GLASSCAPE_ARCH}>:-march=${GLASSCAPE_ARCH}>)

# Programs load only the libraries that they use: PETSc brings a hundred with it.
target_link_options(glasscape_options INTERFACE -Wl,--as-needed)

function(glasscape_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  add_library(glasscape_${name} STATIC ${ROOM_SOURCES})
  add_library(glasscape::${name} ALIAS glasscape_${name})
  list(TRANSFORM ROOM_ROOMS PREPEND glasscape::)
  target_link_libraries(glasscape_${name} PUBLIC glasscape_options ${ROOM_ROOMS} ${ROOM_LIBRARIES})
endfunction()
