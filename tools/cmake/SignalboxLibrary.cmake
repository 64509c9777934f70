# signalbox_library(FOLDER [DEPENDS folders...] [TEST_DEPENDS folders...] [PRIVATE targets...] [PUBLIC targets...])
#
# One static library a folder. The library offers an include directory that holds links to its own headers
# and nothing else, so including a header of a folder that is not in DEPENDS does not compile.
# Folder a/b becomes target a_b; its tests, tests/unit/a/b/*_test.cpp, become the program unit_a_b.
# DEPENDS names folders declared before this one: an arrow that turns back stops the configuration.
# TEST_DEPENDS names folders that only the tests see, declared anywhere.
function(signalbox_library folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;TEST_DEPENDS;PRIVATE;PUBLIC")
  string(REPLACE "/" "_" target ${folder})
  foreach(dependency IN LISTS arg_DEPENDS)
    string(REPLACE "/" "_" dependency_target ${dependency})
    if(NOT TARGET ${dependency_target})
      message(FATAL_ERROR "${folder} depends on ${dependency}, which is not declared before it")
    endif()
    list(APPEND arg_PUBLIC ${dependency_target})
  endforeach()

  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.hpp)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(sources)
    set(scope PUBLIC)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PRIVATE signalbox_warnings ${arg_PRIVATE})
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  signalbox_link_headers(${folder} links ${headers})
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS ${CMAKE_BINARY_DIR}/include/${target} FILES ${links})
  target_link_libraries(${target} ${scope} ${arg_PUBLIC})
  set_property(GLOBAL APPEND PROPERTY SIGNALBOX_FOLDERS ${folder})

  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${folder}/*_test.cpp)
  if(tests)
    signalbox_test(unit_${target} SOURCES ${tests} DEPENDS ${folder} ${arg_TEST_DEPENDS} LABELS ${folder})
  endif()
endfunction()

# Makes build/include/a_b/a/b hold one link for each of `headers` and nothing else; `result` gets the links.
# A link of a header that is gone is removed, so an include of it fails as in a fresh build directory.
function(signalbox_link_headers folder result)
  string(REPLACE "/" "_" target ${folder})
  set(directory ${CMAKE_BINARY_DIR}/include/${target}/${folder})
  file(MAKE_DIRECTORY ${directory})
  file(GLOB stale LIST_DIRECTORIES true ${directory}/*)
  set(links)
  foreach(header IN LISTS ARGN)
    get_filename_component(name ${header} NAME)
    file(CREATE_LINK ${header} ${directory}/${name} SYMBOLIC)
    list(APPEND links ${directory}/${name})
  endforeach()
  list(REMOVE_ITEM stale ${links})
  if(stale)
    file(REMOVE_RECURSE ${stale})
  endif()
  set(${result} ${links} PARENT_SCOPE)
endfunction()

# signalbox_test(NAME SOURCES files... [DEPENDS folders...] [LIBRARIES targets...] [LABELS labels...])
#
# A GoogleTest program, each TEST of it a ctest. Tests see tests/support by full path, as everything.
# GoogleTest's headers are compiled once for all of them, tests are optimised less than what they test, and several of
# their sources are compiled as one: the first two save a fifth each of what a test's source costs the compiler, the
# last three fifths of the rest, for the same templates are in all. So no two tests of a folder may give a name twice. At -O1 g++ 12 does not see through the library's strings and
# Boost's lists, and warns; what is really wrong in a test's memory the sanitizers tell.
function(signalbox_test name)
  if(NOT SIGNALBOX_TESTS)
    return()
  endif()
  if(NOT TARGET gtest_headers)
    set(empty ${CMAKE_BINARY_DIR}/gtest_headers.cpp)
    file(TOUCH ${empty})
    add_library(gtest_headers OBJECT ${empty})
    signalbox_test_options(gtest_headers)
    target_precompile_headers(gtest_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LIBRARIES;LABELS")
  list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
  add_executable(${name} ${arg_SOURCES})
  signalbox_test_options(${name})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} ${arg_LIBRARIES} GTest::gmock_main)
  target_precompile_headers(${name} REUSE_FROM gtest_headers)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${arg_LABELS}")
endfunction()

# What all tests are compiled with, and so the headers compiled for all of them.
function(signalbox_test_options target)
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/include/tests_support)
  target_compile_definitions(${target} PRIVATE SIGNALBOX_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE signalbox_warnings rapidcheck_lib GTest::gmock fmt_compiled)
  target_compile_options(${target} PRIVATE
    $<$<CONFIG:Release>:-O1>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-free-nonheap-object;-Wno-maybe-uninitialized;-Wno-stringop-overflow>)
endfunction()
