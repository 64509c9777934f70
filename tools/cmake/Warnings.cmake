# Warnings are errors from the first commit; signalbox_warnings carries them to every target of ours.
add_library(signalbox_warnings INTERFACE)
target_compile_options(signalbox_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum -Wnon-virtual-dtor
  -Wold-style-cast -Wimplicit-fallthrough -Werror
  # Options are designated initialisers that name only what differs; g++ agrees, clang would warn.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-designated-field-initializers>)
