# The outside libraries, all Debian packages that tools/setup installs. None of them is a shared C++ library: the C++
# runtime is linked statically (BuildTypes.cmake), and a second, shared one would not catch what the first throws.
set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.81 REQUIRED COMPONENTS context)
find_package(fmt REQUIRED)
# fmt's code, compiled once for the whole program: with its headers alone every file that formats anything compiles all of
# it (3.7 s of the compiler's time instead of 0.7 s). The templates are those that its headers leave to its library.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/fmt_compiled.cpp CONTENT [[
#include <fmt/format-inl.h>

template auto fmt::detail::dragonbox::to_decimal(float) noexcept -> decimal_fp<float>;
template auto fmt::detail::dragonbox::to_decimal(double) noexcept -> decimal_fp<double>;
template auto fmt::detail::thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template auto fmt::detail::decimal_point_impl(locale_ref) -> char;
template void fmt::detail::buffer<char>::append(const char*, const char*);
template void fmt::detail::vformat_to(buffer<char>&, fmt::string_view, fmt::format_args, locale_ref);
]] @ONLY)
add_library(fmt_compiled STATIC ${CMAKE_BINARY_DIR}/fmt_compiled.cpp)
target_include_directories(fmt_compiled SYSTEM PUBLIC $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Threads REQUIRED)
find_package(LibLZMA REQUIRED)

# Lines of compiled programs' sources (elfutils).
find_path(LIBDW_INCLUDE_DIR elfutils/libdwfl.h REQUIRED)
find_library(LIBDW_LIBRARY dw REQUIRED)
add_library(libdw INTERFACE)
target_include_directories(libdw SYSTEM INTERFACE ${LIBDW_INCLUDE_DIR})
target_link_libraries(libdw INTERFACE ${LIBDW_LIBRARY})

find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
add_library(xxhash INTERFACE)
target_include_directories(xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE_DIR})
target_compile_definitions(xxhash INTERFACE XXH_INLINE_ALL)

# Sweeps over several hosts (tools/cluster), where the packages are there. Not under the sanitizers, which do not see
# into Open MPI.
option(SIGNALBOX_MPI "Build what makes comparisons by MPI, if its packages are found" ON)
add_library(mpi_packages INTERFACE)
if(SIGNALBOX_MPI AND NOT SIGNALBOX_SANITIZE)
  find_path(MPI_INCLUDE_DIR mpi.h PATHS /usr/lib/x86_64-linux-gnu/openmpi/include PATH_SUFFIXES openmpi mpi)
  find_library(MPI_LIBRARY mpi)
  find_library(BOOST_MPI_LIBRARY libboost_mpi.a)
  find_library(BOOST_SERIALIZATION_LIBRARY libboost_serialization.a)
  if(MPI_INCLUDE_DIR AND MPI_LIBRARY AND BOOST_MPI_LIBRARY AND BOOST_SERIALIZATION_LIBRARY)
    target_include_directories(mpi_packages SYSTEM INTERFACE ${MPI_INCLUDE_DIR})
    target_compile_definitions(mpi_packages INTERFACE SIGNALBOX_MPI OMPI_SKIP_MPICXX)
    target_link_libraries(mpi_packages INTERFACE ${BOOST_MPI_LIBRARY} ${BOOST_SERIALIZATION_LIBRARY} ${MPI_LIBRARY})
  else()
    message(STATUS "MPI was not found: comparisons run on one host only")
  endif()
endif()

# Their packages offer the headers alone too, but with a shared fmt, or not as a target.
find_path(SPDLOG_INCLUDE_DIR spdlog/spdlog.h REQUIRED)
add_library(spdlog_headers INTERFACE)
target_include_directories(spdlog_headers SYSTEM INTERFACE ${SPDLOG_INCLUDE_DIR})
target_compile_definitions(spdlog_headers INTERFACE SPDLOG_FMT_EXTERNAL)
target_link_libraries(spdlog_headers INTERFACE fmt_compiled Threads::Threads)

find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
add_library(tomlplusplus_headers INTERFACE)
target_include_directories(tomlplusplus_headers SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE_DIR})
# It asserts what a malformed text such as "[= 4" does not keep, and would go on to report it well.
target_compile_options(tomlplusplus_headers INTERFACE "-DTOML_ASSERT(condition)=static_assert(true)")

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
  find_library(SIGNALBOX_JEMALLOC jemalloc REQUIRED)  # an anchor, preloaded
endif()
