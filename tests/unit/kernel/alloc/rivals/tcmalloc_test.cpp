#include "kernel/alloc/rivals/tcmalloc.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_process.hpp"

namespace signalbox::tcmalloc_test {

using namespace alloc;

struct Rig {
  explicit Rig(TcmallocFrontEnd front_end = TcmallocFrontEnd::thread) : heap(process, front_end, {}) { heap.start(); }
  FakeProcess process;
  Tcmalloc heap;
};

// gperftools, kMaxSize 256 KiB and pages of 8 KiB: kClassSizesMax leaves 86 with class 0.
TEST(Tcmalloc, Has85ClassesTo256KiB) {
  EXPECT_EQ(tc::classes.count, 86U);
  EXPECT_EQ(tc::classes.of[85].bytes, 256U << 10U);
  for (std::uint64_t bytes = 0; bytes <= tc::small_max; bytes += 1 + bytes / 97) {
    const tc::SizeClass& size = tc::classes.of[tc::class_of(bytes)];
    ASSERT_GE(size.bytes, bytes);
    const unsigned below = tc::class_of(bytes) - 1;
    if (below > 0) {
      ASSERT_LT(tc::classes.of[below].bytes, bytes) << "the smallest that holds it";
    }
    const std::uint64_t waste = (std::uint64_t{size.pages} << tc::lg_page) % size.bytes;
    ASSERT_LE(waste * 8, std::uint64_t{size.pages} << tc::lg_page) << "an eighth of a span at most";
  }
  EXPECT_EQ(tc::batch_of(8), 32U);
  EXPECT_EQ(tc::batch_of(8192), 8U);
  EXPECT_EQ(tc::batch_of(256 << 10U), 2U);
}

TEST(Tcmalloc, BlocksBeyond256KiBAreWholePages) {
  Rig rig;
  const VirtAddr at = rig.heap.allocate(0, (256 << 10U) + 1);
  EXPECT_EQ(rig.heap.usable_size(at), (256U << 10U) + tc::page);
  EXPECT_EQ(at.value() % tc::page, 0U);
  EXPECT_EQ(rig.heap.totals().huge, (256U << 10U) + tc::page);
  rig.heap.free(0, at);
  EXPECT_EQ(rig.heap.totals().active, 0U);
  EXPECT_EQ(rig.process.calls().unmaps, 0U) << "addresses are never given back";
}

TEST(Tcmalloc, AddressThatIsNobodysEndsTheProcess) {
  Rig rig;
  rig.heap.free(0, VirtAddr(0x1234'5000));
  EXPECT_EQ(rig.heap.last_words(), "Attempt to free invalid pointer 0x12345000");
}

TEST(Tcmalloc, ReallocGrowsByAQuarterAtLeast) {
  Rig rig;
  const VirtAddr at = rig.heap.allocate(0, 1000);
  EXPECT_EQ(rig.heap.reallocate(0, at, 1024), at);
  const VirtAddr grown = rig.heap.reallocate(0, at, 1025);
  EXPECT_EQ(rig.heap.usable_size(grown), 1280U);
  EXPECT_EQ(rig.heap.reallocate(0, grown, 640), grown) << "half is no reason to move";
  EXPECT_NE(rig.heap.reallocate(0, grown, 639), grown);
  EXPECT_EQ(rig.heap.broken(), "");
}

TEST(Tcmalloc, AlignedBlocksAreAligned) {
  for (const TcmallocFrontEnd front_end : {TcmallocFrontEnd::thread, TcmallocFrontEnd::cpu}) {
    Rig rig(front_end);
    std::vector<VirtAddr> blocks;
    for (std::uint64_t alignment = 8; alignment <= 1U << 20U; alignment *= 2) {
      for (const std::uint64_t bytes : {1U, 100U, 5000U, 300'000U}) {
        blocks.push_back(rig.heap.allocate_aligned(0, alignment, bytes));
        ASSERT_EQ(blocks.back().value() % alignment, 0U) << alignment << " " << bytes;
      }
    }
    EXPECT_EQ(rig.heap.broken(), "");
    for (const VirtAddr at : blocks) rig.heap.free(0, at);
    rig.heap.flush();
    EXPECT_EQ(rig.heap.broken(), "");
    EXPECT_EQ(rig.heap.totals().active, 0U);
  }
}

}  // namespace signalbox::tcmalloc_test
