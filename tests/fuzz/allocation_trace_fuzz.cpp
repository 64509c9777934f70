#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tools/allocators/trace_reader.hpp"

// Any bytes give a trace or an InputError, and nothing else.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto read : {signalbox::read_allocation_trace, signalbox::read_malloc_lab_trace}) {
    try {
      signalbox::looks_like_allocation_trace(text);
      signalbox::InputLines lines(text, "fuzz");
      read(lines);
    } catch (const signalbox::InputError&) {
      continue;
    }
  }
  return 0;
}
