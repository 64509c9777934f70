#include "kernel/alloc/mallctl.hpp"

#include <gtest/gtest.h>

#include "tests/support/alloc_rig.hpp"

namespace signalbox::mallctl_test {

using namespace alloc;

struct Fixture : AllocRig<> {
  std::uint64_t read(std::string_view name) { return Mallctl(heap).read(name).value_or(0xdead); }
  ThreadCache<FakePlatform>& cache = *heap.adopt_cache();
};

TEST(Mallctl, TellsTheShape) {
  Fixture f;
  EXPECT_EQ(f.read("arenas.narenas"), 1U);
  EXPECT_EQ(f.read("arenas.nbins"), 36U);
  EXPECT_EQ(f.read("arenas.bin.3.size"), 48U);
  EXPECT_EQ(f.read("arenas.bin.3.nregs"), 256U);
  EXPECT_EQ(f.read("arenas.bin.3.slab_size"), 12'288U);
  EXPECT_EQ(f.read("arenas.lextent.0.size"), 16'384U);
}

TEST(Mallctl, CountsWhatWasDone) {
  Fixture f;
  for (int i = 0; i < 10; ++i) f.heap.allocate(f.cache, 48);  // two fills of 8
  f.heap.allocate(f.cache, 20'000);
  f.heap.allocate(f.cache, std::uint64_t{4} << 20U);
  f.heap.flush(f.cache);
  EXPECT_EQ(f.read("stats.arenas.0.bins.3.nmalloc"), 16U);
  EXPECT_EQ(f.read("stats.arenas.0.bins.3.ndalloc"), 6U);
  EXPECT_EQ(f.read("stats.arenas.0.bins.3.nrequests"), 10U);
  EXPECT_EQ(f.read("stats.arenas.0.bins.3.nfills"), 2U);
  EXPECT_EQ(f.read("stats.arenas.0.bins.3.nflushes"), 1U);
  EXPECT_EQ(f.read("stats.arenas.0.bins.3.curslabs"), 1U);
  EXPECT_EQ(f.read("stats.arenas.0.lextents.1.curlextents"), 1U);
  EXPECT_EQ(f.read("stats.arenas.0.pactive"), 3U + 5U);
  EXPECT_EQ(f.read("stats.arenas.0.nthreads"), 1U);
  EXPECT_EQ(f.read("stats.allocated"), 480U + 20'480U + (std::uint64_t{4} << 20U));
  EXPECT_EQ(f.read("stats.active"), 8 * page_size + (std::uint64_t{4} << 20U));
  EXPECT_LE(f.read("stats.allocated"), f.read("stats.active"));
  EXPECT_LE(f.read("stats.active"), f.read("stats.mapped"));
}

TEST(Mallctl, UnknownNamesHaveNoValue) {
  Fixture f;
  for (const char* name :
       {"", "stats", "stats.", "stats.resident", "stats.arenas", "stats.arenas.1.pdirty", "stats.arenas.x.pdirty",
        "stats.arenas.0.bins.36.nmalloc", "stats.arenas.0.bins..nmalloc", "stats.arenas.0.lextents.33.nmalloc",
        "arenas.bin.36.size", "arenas.bin.3", "arenas.lextent.33.size", "opt.narenas"}) {
    EXPECT_FALSE(Mallctl(f.heap).read(name)) << name;
  }
}

}  // namespace signalbox::mallctl_test
