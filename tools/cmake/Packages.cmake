# The outside libraries, all Debian packages that tools/setup installs.
find_package(Boost 1.81 REQUIRED COMPONENTS context)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(Threads REQUIRED)

find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
add_library(xxhash INTERFACE)
target_include_directories(xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE_DIR})
target_compile_definitions(xxhash INTERFACE XXH_INLINE_ALL)

# What only `tools/setup --tests` installs.
if(SIGNALBOX_TESTS)
  find_package(GTest REQUIRED)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  find_program(SIGNALBOX_CLANG_FORMAT clang-format-19 REQUIRED)

  find_path(RAPIDCHECK_INCLUDE_DIR rapidcheck.h REQUIRED)
  find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
  add_library(rapidcheck_lib INTERFACE)
  target_include_directories(rapidcheck_lib SYSTEM INTERFACE ${RAPIDCHECK_INCLUDE_DIR})
  target_link_libraries(rapidcheck_lib INTERFACE ${RAPIDCHECK_LIBRARY})
endif()
if(SIGNALBOX_BENCH)
  find_package(benchmark REQUIRED)
endif()
