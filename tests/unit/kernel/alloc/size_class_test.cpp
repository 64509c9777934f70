#include "kernel/alloc/size_class.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <map>
#include <vector>

namespace signalbox::size_class_test {

using namespace alloc;

// The bins of jemalloc 4.0 to 5.3 (its sc.h on 64 bits with pages of 4 KiB): bytes, and pages and regions of a slab.
struct BinShape {
  std::uint64_t bytes;
  unsigned pages;
  unsigned regions;
};
constexpr std::array bins{BinShape{8, 1, 512},  BinShape{16, 1, 256},  BinShape{32, 1, 128},  BinShape{48, 3, 256},
                          BinShape{64, 1, 64},  BinShape{80, 5, 256},  BinShape{96, 3, 128},  BinShape{112, 7, 256},
                          BinShape{128, 1, 32}, BinShape{160, 5, 128}, BinShape{192, 3, 64},  BinShape{224, 7, 128},
                          BinShape{256, 1, 16}, BinShape{320, 5, 64},  BinShape{384, 3, 32},  BinShape{448, 7, 64},
                          BinShape{512, 1, 8},  BinShape{640, 5, 32},  BinShape{768, 3, 16},  BinShape{896, 7, 32},
                          BinShape{1024, 1, 4}, BinShape{1280, 5, 16}, BinShape{1536, 3, 8},  BinShape{1792, 7, 16},
                          BinShape{2048, 1, 2}, BinShape{2560, 5, 8},  BinShape{3072, 3, 4},  BinShape{3584, 7, 8},
                          BinShape{4096, 1, 1}, BinShape{5120, 5, 4},  BinShape{6144, 3, 2},  BinShape{7168, 7, 4},
                          BinShape{8192, 2, 1}, BinShape{10240, 5, 2}, BinShape{12288, 3, 1}, BinShape{14336, 7, 2}};

TEST(SizeClass, SmallOnesAndTheirSlabsAreJemallocs) {
  ASSERT_EQ(bins.size(), small_class_count);
  for (unsigned i = 0; i < bins.size(); ++i) {
    const unsigned at = class_of(bins[i].bytes);
    EXPECT_EQ(at, i);
    EXPECT_EQ(class_bytes(at), bins[i].bytes);
    EXPECT_EQ(slab_shapes[at].pages, bins[i].pages) << bins[i].bytes;
    EXPECT_EQ(slab_shapes[at].regions, bins[i].regions) << bins[i].bytes;
    EXPECT_EQ(slab_shapes[at].pages * page_size, slab_shapes[at].regions * bins[i].bytes) << "no waste at the end";
  }
}

TEST(SizeClass, LargeOnesAreJemallocs) {
  constexpr std::array<std::uint64_t, 33> kib{16,  20,  24,   28,   32,   40,   48,   56,   64,   80,   96,
                                              112, 128, 160,  192,  224,  256,  320,  384,  448,  512,  640,
                                              768, 896, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096};
  for (unsigned i = 0; i < kib.size(); ++i) EXPECT_EQ(class_bytes(small_class_count + i), kib[i] * 1024);
}

TEST(SizeClass, LastOneIsSevenEighthsOfTheAddresses) {
  EXPECT_EQ(class_bytes(class_count - 1), largest_size);
  EXPECT_EQ(class_of(largest_size), class_count - 1);
}

TEST(SizeClass, ClassBoundariesAreWhereTheBytesSay) {
  for (unsigned i = 0; i + 1 < class_count; ++i) {
    EXPECT_EQ(class_of(class_bytes(i)), i);
    EXPECT_EQ(class_of(class_bytes(i) + 1), i + 1);
  }
  EXPECT_EQ(class_of(0), 0);
}

TEST(SizeClass, TableAgreesWithTheFormula) {
  for (std::uint64_t bytes = 0; bytes <= looked_up_size + 8; ++bytes) {
    ASSERT_EQ(class_of(bytes), class_by_formula(bytes)) << bytes;
    ASSERT_EQ(class_of<1>(bytes), std::max<ClassIndex>(1, class_by_formula(bytes))) << bytes;
  }
}

RC_GTEST_PROP(SizeClass, RoundingUpWastesAtMostAFifth, (std::uint64_t drawn)) {
  const std::uint64_t bytes = 65 + drawn % (largest_size - 65);
  RC_ASSERT(class_bytes(class_of(bytes)) - bytes <= class_bytes(class_of(bytes)) / 5);
}

TEST(SizeClass, ReciprocalFindsEveryRegion) {
  for (const SlabShape& shape : slab_shapes) {
    for (std::uint64_t region = 0; region < shape.regions; ++region) {
      ASSERT_EQ((region * shape.bytes * shape.reciprocal) >> 32U, region) << shape.bytes;
    }
  }
}

TEST(SizeClass, AlignedSmallBlocksBeginWhereRegionsAreAligned) {
  for (std::uint64_t alignment = 8; alignment <= page_size; alignment *= 2) {
    for (std::uint64_t bytes = 0; bytes <= small_max; ++bytes) {
      const ClassIndex index = aligned_small_class(alignment, bytes);
      if (index == no_class) continue;
      ASSERT_EQ(class_bytes(index) % alignment, 0U) << alignment << " " << bytes;
      ASSERT_GE(class_bytes(index), bytes);
    }
  }
  EXPECT_EQ(aligned_small_class(2 * page_size, 8), no_class);
}

TEST(SizeClass, PageClassesEncloseEveryNumberOfPages) {
  for (std::uint64_t pages = 1; pages < 5000; ++pages) {
    ASSERT_GE(page_class_pages(page_class_above(pages)), pages);
    ASSERT_LE(page_class_pages(page_class_below(pages)), pages);
    ASSERT_LE(page_class_above(pages) - page_class_below(pages), 1U);
  }
  for (std::uint64_t pages = 1; pages <= most_slab_pages; ++pages) EXPECT_EQ(page_class_below(pages), pages - 1);
}

}  // namespace signalbox::size_class_test
