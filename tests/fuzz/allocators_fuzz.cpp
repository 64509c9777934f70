#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/support/allocator_shadow.hpp"

// Any bytes are calls to an allocator: each of the registry's keeps what an allocator promises.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A longer life finds no more, and takes seconds under sanitizers.
  size = std::min<std::size_t>(size, 1000);
  for (const signalbox::alloc::AllocatorRow& row : signalbox::alloc::all_allocators()) {
    const std::string broken = signalbox::AllocatorShadow(row).run({data, size});
    if (broken.empty()) continue;
    std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(row.name.size()), row.name.data(), broken.c_str());
    std::abort();
  }
  return 0;
}
