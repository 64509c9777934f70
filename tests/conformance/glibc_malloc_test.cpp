// kernel/alloc/rivals' Ptmalloc against the glibc that it models, where that is the host's: random calls in a program
// of its own give every block the same address, and the break the same place, call by call.
#include <gnu/libc-version.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string_view>
#include <vector>

#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "kernel/base/prng.hpp"
#include "tests/conformance/glibc_heap/heap_request.hpp"
#include "tests/support/fake_process.hpp"
#include "tests/support/test_folder.hpp"

namespace signalbox::glibc_malloc_test {

using Kind = HeapRequest::Kind;

// Of blocks up to 2^`lg_most` bytes, small ones as often as large ones.
std::vector<HeapRequest> some_requests(std::uint64_t seed, unsigned lg_most) {
  Prng random(seed);
  std::vector<HeapRequest> requests;
  std::vector<std::uint32_t> live;
  std::vector<std::uint32_t> free;
  std::uint32_t blocks = 0;
  const auto size = [&] { return random.below((std::uint64_t{1} << random.below(lg_most)) + 1) + random.below(16); };
  for (int i = 0; i < 3000; ++i) {
    const std::uint64_t what = random.below(10);
    if (what == 9 && !live.empty()) {
      requests.push_back({.kind = Kind::realloc, .block = live[random.below(live.size())], .bytes = 1 + size()});
    } else if (live.empty() || (live.size() < 300 && what < 5)) {
      if (free.empty()) free.push_back(blocks++);
      const bool is_aligned = what == 1 && random.below(3) == 0;
      const Kind kind = what == 0 ? Kind::calloc : is_aligned ? Kind::aligned : Kind::malloc;
      requests.push_back({.kind = kind,
                          .block = free.back(),
                          .bytes = size(),
                          .alignment = is_aligned ? std::uint64_t{16} << random.below(9) : 0});
      live.push_back(free.back());
      free.pop_back();
    } else {
      std::uint32_t& gone = live[random.below(live.size())];
      requests.push_back({.kind = Kind::free, .block = gone});
      free.push_back(gone);
      gone = live.back();
      live.pop_back();
    }
  }
  return requests;
}

std::vector<HeapAnswer> answers_of_glibc(const std::vector<HeapRequest>& requests) {
  const TestFolder folder;
  std::ofstream(folder.path("requests"), std::ios::binary)
      .write(reinterpret_cast<const char*>(requests.data()),
             static_cast<std::streamsize>(requests.size() * sizeof(HeapRequest)));
  // No variable of the environment may tune it.
  const std::string line = "env -i " SIGNALBOX_GLIBC_HEAP " " + folder.path("requests") + " " + folder.path("answers");
  EXPECT_EQ(std::system(line.c_str()), 0);
  std::vector<HeapAnswer> answers(requests.size());
  std::ifstream(folder.path("answers"), std::ios::binary)
      .read(reinterpret_cast<char*>(answers.data()), static_cast<std::streamsize>(answers.size() * sizeof(HeapAnswer)));
  return answers;
}

std::vector<HeapAnswer> answers_of_ours(const std::vector<HeapRequest>& requests) {
  FakeProcess process;
  alloc::Ptmalloc heap(process, {});
  EXPECT_TRUE(heap.start());
  std::vector<VirtAddr> blocks(most_heap_blocks);
  std::vector<HeapAnswer> answers;
  for (const HeapRequest& request : requests) {
    VirtAddr& block = blocks[request.block];
    if (request.kind == Kind::malloc) block = heap.allocate(0, request.bytes);
    if (request.kind == Kind::calloc) block = heap.allocate_zeroed(0, request.bytes);
    if (request.kind == Kind::aligned) block = heap.allocate_aligned(0, request.alignment, request.bytes);
    if (request.kind == Kind::realloc) block = heap.reallocate(0, block, request.bytes);
    if (request.kind == Kind::free) heap.free(0, std::exchange(block, VirtAddr()));
    const std::uint64_t at = block == VirtAddr() ? 0 : block.value() - FakeProcess::break_begin;
    answers.push_back({std::min(at, in_a_mapping), process.end_of_break().value() - FakeProcess::break_begin});
  }
  EXPECT_EQ(heap.broken(), "");
  return answers;
}

TEST(GlibcMalloc, GivesEveryBlockTheAddressThatGlibcGivesIt) {
#ifdef SIGNALBOX_SANITIZED
  GTEST_SKIP() << "a sanitizer replaces malloc";
#endif
  if (std::string_view(gnu_get_libc_version()) != "2.36") GTEST_SKIP() << "this host has " << gnu_get_libc_version();
  for (const unsigned lg_most : {11U, 18U, 24U}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      const std::vector<HeapRequest> requests = some_requests(seed, lg_most);
      const std::vector<HeapAnswer> theirs = answers_of_glibc(requests);
      const std::vector<HeapAnswer> ours = answers_of_ours(requests);
      for (std::size_t i = 0; i < requests.size(); ++i) {
        ASSERT_EQ(ours[i].at, theirs[i].at) << "seed " << seed << ", blocks to 2^" << lg_most << ", call " << i;
        ASSERT_EQ(ours[i].end_of_break, theirs[i].end_of_break) << "seed " << seed << ", call " << i;
      }
    }
  }
}

}  // namespace signalbox::glibc_malloc_test
