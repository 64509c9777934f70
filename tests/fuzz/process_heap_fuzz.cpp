#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/process_heap_shadow.hpp"

// Any bytes are calls to the heap of an emulated process, forks among them: it keeps what an allocator promises, and a
// child leaves its parent alone.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  size = std::min<std::size_t>(size, 1000);
  const std::string broken = signalbox::ProcessHeapShadow().run({data, size});
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s\n", broken.c_str());
  std::abort();
}
