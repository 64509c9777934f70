# Optimisation, debug information and sanitizers. A preset of CMakePresets.json chooses; this file explains.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# -O2, because the figures of switching.md are -O2's; -g1, so that profiles and backtraces have line numbers.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g -D_GLIBCXX_ASSERTIONS")
# -O1 keeps sanitized tests within CI's time; frame pointers keep their stacks readable.
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1 -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS")

# A switch of stacks (kernel/exec/context.hpp) pushes where a function that calls nothing might keep its variables.
add_compile_options(-mno-red-zone)

set(SIGNALBOX_SANITIZE "" CACHE STRING "Sanitizers for every target, as -fsanitize takes them")
if(SIGNALBOX_SANITIZE)
  add_compile_options(-fsanitize=${SIGNALBOX_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SIGNALBOX_SANITIZE})
endif()

# Resolving a function at its first call takes 3 KiB of stack (the vector registers are saved): more than a compact
# stack (kernel/exec) has left. Our own calls are bound before main; the C++ library's inner calls, from operator new
# say, would stay lazy in a shared one.
add_link_options(LINKER:-z,now -static-libstdc++ -static-libgcc)

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  find_program(SIGNALBOX_LLD ld.lld-19)
  if(SIGNALBOX_LLD)
    add_link_options(--ld-path=${SIGNALBOX_LLD})
  endif()
endif()

find_program(SIGNALBOX_CCACHE ccache)
if(SIGNALBOX_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SIGNALBOX_CCACHE})
endif()
