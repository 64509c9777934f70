#include "kernel/alloc/rivals/ptmalloc_chunks.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_process.hpp"

namespace signalbox::ptmalloc_chunks_test {

using namespace alloc;

// The table of malloc/malloc.c: 62 small bins 16 bytes apart, then 32 of 64 bytes, 16 of 512, 8 of 4096, 4 of 32,768,
// 2 of 262,144, and the rest.
TEST(PtmallocChunks, SizesFallIntoGlibcsBins) {
  EXPECT_EQ(pt::bin_of(32), 2U);
  EXPECT_EQ(pt::bin_of(1008), 63U);
  EXPECT_EQ(pt::bin_of(1024), 64U);
  EXPECT_EQ(pt::bin_of(1087), 64U);
  EXPECT_EQ(pt::bin_of(1088), 65U);
  EXPECT_EQ(pt::bin_of(3136), 97U);
  EXPECT_EQ(pt::bin_of(3584), 98U);
  EXPECT_EQ(pt::bin_of(10'752), 112U);
  EXPECT_EQ(pt::bin_of(45'056), 120U);
  EXPECT_EQ(pt::bin_of(163'840), 124U);
  EXPECT_EQ(pt::bin_of(std::uint64_t{1} << 40U), 126U);
  EXPECT_EQ(pt::tcache_index(pt::chunk_bytes(1032)), 63U);
  EXPECT_EQ(pt::tcache_index(pt::chunk_bytes(1033)), 64U) << "not cached";
  EXPECT_EQ(pt::fast_index(pt::chunk_bytes(120)), 6U);
}

struct Rig {
  Rig() { process.map(page_size, page_size); }
  VirtAddr at(std::uint64_t offset) const { return VirtAddr(0x7f00'0000'0000 + offset); }
  // A free chunk and its foot.
  void put(std::uint64_t offset, std::uint64_t bytes) {
    chunks.set_head(at(offset), bytes | pt::previous_in_use);
    chunks.set_foot(at(offset), bytes);
    chunks.put_unsorted(arena, at(offset), bytes, "unsorted");
  }

  FakeProcess process;
  pt::Chunks chunks{process};
  pt::PtArena& arena = chunks.add_arena();
};

TEST(PtmallocChunks, ListsOfChunksBeginAndEndInTheirBin) {
  Rig rig;
  rig.put(0, 64);
  rig.put(128, 64);
  const VirtAddr bin = pt::Chunks::bin(rig.arena, 1);
  EXPECT_EQ(rig.chunks.next(bin), rig.at(128));
  EXPECT_EQ(rig.chunks.previous(bin), rig.at(0));
  rig.chunks.unlink(rig.at(128));
  EXPECT_EQ(rig.chunks.next(bin), rig.at(0));
  EXPECT_EQ(rig.chunks.previous(rig.at(0)), bin);
  EXPECT_EQ(rig.chunks.last_words(), "");
}

TEST(PtmallocChunks, UnlinkSeesOverwrittenSizesAndLinks) {
  Rig rig;
  rig.put(0, 64);
  rig.chunks.set_head(rig.at(0), 96);
  rig.chunks.unlink(rig.at(0));
  EXPECT_EQ(rig.chunks.last_words(), "corrupted size vs. prev_size");

  Rig other;
  other.put(0, 64);
  other.chunks.set_next(other.at(0), other.at(512));
  other.chunks.unlink(other.at(0));
  EXPECT_EQ(other.chunks.last_words(), "corrupted double-linked list");
}

TEST(PtmallocChunks, LinkToNowhereIsASegmentationFault) {
  Rig rig;
  rig.put(0, 64);
  rig.chunks.set_next(rig.at(0), VirtAddr(0x41414141));
  rig.chunks.unlink(rig.at(0));
  EXPECT_EQ(rig.chunks.last_words(), "Segmentation fault");
}

}  // namespace signalbox::ptmalloc_chunks_test
