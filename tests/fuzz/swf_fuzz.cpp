#include <cstddef>
#include <cstdint>
#include <string_view>

#include "workloads/formats/swf.hpp"

// Any bytes give a scenario or an InputError, and nothing else.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  signalbox::looks_like_swf(text);
  try {
    signalbox::InputLines lines(text, "fuzz");
    signalbox::read_swf(lines);
  } catch (const signalbox::InputError&) {
    return 0;
  }
  return 0;
}
