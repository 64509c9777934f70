# The user runtime of compiled programs and what `signalbox cc` links them with, in build/lib/signalbox, where the program
# finds it from build/bin. It is built for programs, not for us: plain gcc, whatever compiler and sanitizers we have.
find_program(SIGNALBOX_PROGRAM_CC gcc REQUIRED)
find_program(SIGNALBOX_PROGRAM_CXX g++ REQUIRED)

set(runtime_folder ${CMAKE_SOURCE_DIR}/workloads/posix/runtime)
set(runtime_output ${CMAKE_BINARY_DIR}/lib/signalbox)
file(GLOB runtime_sources CONFIGURE_DEPENDS ${runtime_folder}/*)
add_custom_command(OUTPUT ${runtime_output}/libruntime.a
  COMMAND ${runtime_folder}/build ${runtime_output} ${SIGNALBOX_PROGRAM_CC} ${SIGNALBOX_PROGRAM_CXX}
    ${CMAKE_BINARY_DIR}/include/kernel_alloc ${CMAKE_BINARY_DIR}/include/kernel_base
  DEPENDS ${runtime_sources} ${CMAKE_SOURCE_DIR}/workloads/posix/image_header.hpp
    ${CMAKE_SOURCE_DIR}/kernel/alloc/heap.hpp ${CMAKE_SOURCE_DIR}/kernel/alloc/decay.cpp
  COMMENT "User runtime of compiled programs" VERBATIM)
add_custom_target(program_runtime ALL DEPENDS ${runtime_output}/libruntime.a)

# Programs that every emulated machine has beside the user's own, for system(3) and popen(3).
file(GLOB shell_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/workloads/posix/shell/*.c)
file(GLOB shell_headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/workloads/posix/shell/*.h)
file(MAKE_DIRECTORY ${runtime_output}/programs)
add_custom_command(OUTPUT ${runtime_output}/programs/sh
  COMMAND signalbox cc -O1 -D_GNU_SOURCE ${shell_sources} -o ${runtime_output}/programs/sh
  DEPENDS signalbox ${shell_sources} ${shell_headers} ${runtime_output}/libruntime.a
  COMMENT "Shell of compiled programs" VERBATIM)
add_custom_target(program_shell ALL DEPENDS ${runtime_output}/programs/sh)

# One word where a build system wants one: CC=signalbox-cc.
foreach(name cc c++)
  set(option "")
  if(name STREQUAL "c++")
    set(option " --cxx")
  endif()
  file(WRITE ${CMAKE_BINARY_DIR}/bin/signalbox-${name}
    "#!/bin/sh\nexec \"$(dirname \"$(readlink -f \"$0\")\")/signalbox\" cc${option} \"$@\"\n")
  file(CHMOD ${CMAKE_BINARY_DIR}/bin/signalbox-${name} PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endforeach()

if(SIGNALBOX_TESTS)
  file(GLOB runtime_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/workloads/posix/runtime/*_test.cpp)
  signalbox_test(unit_workloads_posix_runtime SOURCES ${runtime_tests} DEPENDS workloads/posix tools/compiler ipc
    LABELS workloads/posix)
  foreach(program unit_workloads_posix unit_workloads_posix_runtime unit_tools_compiler unit_tools_commands
          unit_tools_debug)
    add_dependencies(${program} program_runtime program_shell)
  endforeach()
endif()
