# libsignalbox_malloc.so, a program's malloc by LD_PRELOAD, and libsignalbox_malloc_checked.so, which finds misuse. Their
# code is compiled for them alone: position-independent, hidden but for the names of exports.map, and without a C++ library,
# which a C program would get by them. The sanitizers bring a malloc of their own, so under them there is none of these.
if(SIGNALBOX_SANITIZE)
  return()
endif()

file(GLOB drop_in_sources CONFIGURE_DEPENDS malloc/drop_in/*.cpp malloc/*.cpp)
file(GLOB drop_in_headers CONFIGURE_DEPENDS malloc/drop_in/*.hpp)
signalbox_link_headers(tools/malloc/drop_in drop_in_links ${drop_in_headers})
set(drop_in_map ${CMAKE_CURRENT_SOURCE_DIR}/malloc/drop_in/exports.map)

foreach(name signalbox_malloc signalbox_malloc_checked)
  add_library(${name} SHARED ${drop_in_sources} ${CMAKE_SOURCE_DIR}/kernel/alloc/decay.cpp)
  foreach(folder kernel_base kernel_alloc tools_malloc tools_malloc_drop_in)
    target_include_directories(${name} PRIVATE ${CMAKE_BINARY_DIR}/include/${folder})
  endforeach()
  set_target_properties(${name} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib LINK_DEPENDS ${drop_in_map})
  # malloc's own body must not be taken for calls of malloc.
  target_compile_options(${name} PRIVATE -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-builtin-malloc
    -fno-builtin-calloc -U_GLIBCXX_ASSERTIONS)  # whose failure the C++ library reports
  # Its constructor comes before all others, and so its fork handlers: in a fork it is locked last.
  target_link_options(${name} PRIVATE LINKER:-z,initfirst -nodefaultlibs LINKER:--version-script=${drop_in_map} LINKER:--no-undefined)
  target_link_libraries(${name} PRIVATE signalbox_warnings -lc -lgcc)
endforeach()
target_compile_definitions(signalbox_malloc_checked PRIVATE SIGNALBOX_MALLOC_CHECKED)

if(SIGNALBOX_TESTS)
  # Linked with the library, so that the tests' own malloc is ours; the gate preloads it into other programs.
  file(GLOB drop_in_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/tools/malloc/drop_in/*_test.cpp)
  signalbox_test(unit_tools_malloc_drop_in SOURCES ${drop_in_tests} LIBRARIES signalbox_malloc Threads::Threads
    LABELS tools/malloc/drop_in)
  target_compile_definitions(unit_tools_malloc_drop_in PRIVATE SIGNALBOX_MALLOC="$<TARGET_FILE:signalbox_malloc>"
    SIGNALBOX_MALLOC_CHECKED="$<TARGET_FILE:signalbox_malloc_checked>")
  add_dependencies(unit_tools_malloc_drop_in signalbox_malloc_checked)
endif()
