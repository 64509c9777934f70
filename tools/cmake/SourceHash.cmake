# signalbox_source_hash(TARGET NAME paths...): makes the function `std::string_view NAME()` of target, which answers 16
# hex digits that change whenever a source in these folders, or one of these files, does. Text decides, not the time of
# a file, so every build of the same sources answers the same.
function(signalbox_source_hash target name)
  set(sources)
  foreach(path IN LISTS ARGN)
    if(IS_DIRECTORY ${CMAKE_SOURCE_DIR}/${path})
      file(GLOB_RECURSE found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${path}/*.[ch] ${CMAKE_SOURCE_DIR}/${path}/*.[ch]pp)
      list(APPEND sources ${found})
    else()
      list(APPEND sources ${CMAKE_SOURCE_DIR}/${path})
    endif()
  endforeach()
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${name}.list)
  file(CONFIGURE OUTPUT ${list} CONTENT "${sources}" @ONLY)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DLIST=${list} -DNAME=${name} -DROOT=${CMAKE_SOURCE_DIR} -DOUTPUT=${output}
            -P ${CMAKE_SOURCE_DIR}/tools/cmake/SourceHash.cmake
    DEPENDS ${sources} ${list} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

# The part that runs while the program is built.
if(CMAKE_SCRIPT_MODE_FILE)
  cmake_minimum_required(VERSION 3.25)  # a script has no policies of its project
  file(READ ${LIST} sources)
  set(hashes)
  foreach(source IN LISTS sources)
    file(SHA256 ${source} hash)
    file(RELATIVE_PATH path ${ROOT} ${source})
    string(APPEND hashes "${path} ${hash}\n")
  endforeach()
  string(SHA256 hash "${hashes}")
  string(SUBSTRING ${hash} 0 16 hash)
  file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT "#include \"tools/experiment/run_key.hpp\"\n\nnamespace signalbox {\n
std::string_view @NAME@() { return \"@hash@\"; }\n\n}  // namespace signalbox\n")
endif()
