#include "kernel/mm/page_table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <map>
#include <vector>

#include "tests/support/emulated_ram.hpp"

namespace signalbox::page_table_test {

constexpr std::uint64_t ordinary = page_bit::present | page_bit::writable | page_bit::user | page_bit::no_execute;

PageEntry page(std::uint32_t frame) { return PageEntry(FrameNumber(frame), ordinary); }

class X86Table : public ::testing::Test {
 protected:
  X86Table() : table_(PageTable::create(ram_.memory, x86_64_format()).value()) {}

  std::vector<std::uint64_t> visited(VirtAddr first, VirtAddr last) {
    std::vector<std::uint64_t> pages;
    table_.visit(first, last, [&](VirtAddr at, PageEntry&, PageSize) { pages.push_back(at.value()); });
    return pages;
  }

  EmulatedRam ram_{4096};
  PageTable table_;
};

TEST_F(X86Table, NewTableIsARootAlone) {
  EXPECT_EQ(table_.table_frames(), 1U);
  EXPECT_EQ(table_.look_up(VirtAddr(0x1000)).accesses, 1U);
}

TEST_F(X86Table, MakesWhatIsMissingOnTheWay) {
  ASSERT_TRUE(table_.map(VirtAddr(0x5555'5555'4000), page(7)));
  EXPECT_EQ(table_.table_frames(), 4U);
  ASSERT_TRUE(table_.map(VirtAddr(0x5555'5555'5000), page(8)));
  EXPECT_EQ(table_.table_frames(), 4U);
  EXPECT_EQ(ram_.memory.used_frames(FrameUse::page_table), 4U);
  const Walk found = table_.look_up(VirtAddr(0x5555'5555'5678));
  EXPECT_EQ(translated(found, table_.format(), VirtAddr(0x5555'5555'5678)), PhysAddr(0x8678));
  for (unsigned step = 0; step < 3; ++step) EXPECT_EQ(found.steps[step].entry.bits() & 0xfffU, 0x067U);
  EXPECT_EQ(found.last().entry.bits(), 0x8000'0000'0000'8007U);
}

// Text, heap, mappings and stack at Linux's addresses without randomisation: one PGD, two PUD, three PMD, four PTE.
TEST_F(X86Table, SparseProcessNeedsFewTables) {
  for (const std::uint64_t at : {0x5555'5555'4000U, 0x5555'5575'4000U, 0x7fff'f7fc'0000U, 0x7fff'ffff'e000U}) {
    ASSERT_TRUE(table_.map(VirtAddr(at), page(1)));
  }
  EXPECT_EQ(table_.table_frames(), 1U + 2 + 2 + 4);
}

TEST_F(X86Table, PlaceThatIsTakenIsEexist) {
  ASSERT_TRUE(table_.map(VirtAddr(0x20'0000), page(1)));
  EXPECT_EQ(table_.map(VirtAddr(0x20'0000), page(2)).error(), Errno::eexist);
  EXPECT_EQ(table_.map(VirtAddr(0x20'0000), page(512), PageSize::large).error(), Errno::eexist);
  ASSERT_TRUE(table_.map(VirtAddr(0x40'0000), page(512), PageSize::large));
  EXPECT_EQ(table_.map(VirtAddr(0x40'3000), page(2)).error(), Errno::eexist);
  EXPECT_EQ(table_.look_up(VirtAddr(0x20'0000)).last().entry, page(1));
}

TEST_F(X86Table, SplitTakesTheTableThatWasPutAside) {
  ASSERT_TRUE(table_.map(VirtAddr(0x40'0000), page(512), PageSize::large));
  ASSERT_TRUE(table_.put_aside());
  EXPECT_EQ(table_.table_frames(), 4U);
  PageTable child = PageTable::create(ram_.memory, x86_64_format()).value();
  const auto same = [](VirtAddr, PageEntry& entry, PageSize) { return entry; };
  ASSERT_TRUE(table_.copy_to(child, VirtAddr(), VirtAddr(0x7f'ffff), same));
  EXPECT_TRUE(child.has_aside());
  ram_.memory.refuse_after(0);
  EXPECT_TRUE(table_.split(VirtAddr(0x40'0000)));
  EXPECT_TRUE(child.split(VirtAddr(0x40'0000)));
  EXPECT_FALSE(table_.has_aside());
  EXPECT_EQ(table_.table_frames(), 4U);
}

TEST_F(X86Table, LargePageTakesThreeAccessesAndOneTableLess) {
  ASSERT_TRUE(table_.map(VirtAddr(0x40'0000), page(1024), PageSize::large));
  EXPECT_EQ(table_.table_frames(), 3U);
  const Walk found = table_.look_up(VirtAddr(0x5f'ffff));
  EXPECT_EQ(found.accesses, 3U);
  EXPECT_EQ(translated(found, table_.format(), VirtAddr(0x5f'ffff)), PhysAddr(1024 * page_bytes + 0x1f'ffff));
}

TEST_F(X86Table, SplitKeepsFramesAndRights) {
  ASSERT_TRUE(table_.map(VirtAddr(0x40'0000), page(1024), PageSize::large));
  ASSERT_TRUE(table_.split(VirtAddr(0x41'2345)));
  EXPECT_EQ(table_.table_frames(), 4U);
  for (const std::uint32_t i : {0U, 1U, 511U}) {
    EXPECT_EQ(table_.look_up(VirtAddr(0x40'0000 + i * page_bytes)).last().entry, page(1024 + i));
  }
}

TEST_F(X86Table, VisitSeesTheRangeInOrderAndStoresChanges) {
  for (const std::uint64_t at : {0x1000UL, 0x3000UL, 0x7fff'ffff'f000UL})
    ASSERT_TRUE(table_.map(VirtAddr(at), page(1)));
  ASSERT_TRUE(table_.map(VirtAddr(0x40'0000), page(512), PageSize::large));
  const VirtAddr top(0x7fff'ffff'ffff);
  EXPECT_EQ(visited(VirtAddr(), top), (std::vector<std::uint64_t>{0x1000, 0x3000, 0x40'0000, 0x7fff'ffff'f000}));
  EXPECT_EQ(visited(VirtAddr(0x2000), VirtAddr(0x3000)), (std::vector<std::uint64_t>{0x3000}));
  EXPECT_EQ(visited(VirtAddr(0x4f'0000), VirtAddr(0x4f'0fff)), (std::vector<std::uint64_t>{0x40'0000}));
  table_.visit(VirtAddr(), VirtAddr(0x1fff), [](VirtAddr, PageEntry& entry, PageSize) { entry = PageEntry(); });
  EXPECT_EQ(visited(VirtAddr(), top).size(), 3U);
  table_.visit(VirtAddr(), top,
               [](VirtAddr, PageEntry& entry, PageSize) { entry = entry.without(page_bit::writable); });
  EXPECT_FALSE(table_.look_up(VirtAddr(0x3000)).rights.writable);
}

TEST_F(X86Table, UpperHalfIsVisitedAtItsAddresses) {
  ASSERT_TRUE(table_.map(VirtAddr(0xffff'8000'0000'1000), page(1)));
  const auto pages = visited(VirtAddr(0xffff'8000'0000'0000), VirtAddr(~std::uint64_t{0}));
  EXPECT_EQ(pages, (std::vector<std::uint64_t>{0xffff'8000'0000'1000}));
}

TEST_F(X86Table, EntryThatIsNotPresentKeepsWhatTheKernelPutThere) {
  const PageEntry in_swap(0x1234'5600);
  ASSERT_TRUE(table_.map(VirtAddr(0x1000), in_swap));
  ASSERT_TRUE(table_.map(VirtAddr(0x40'0000), in_swap, PageSize::large));
  EXPECT_FALSE(table_.look_up(VirtAddr(0x1000)).is_mapped);
  EXPECT_EQ(table_.look_up(VirtAddr(0x1000)).last().entry, in_swap);
  EXPECT_EQ(visited(VirtAddr(), VirtAddr(0x7f'ffff)), (std::vector<std::uint64_t>{0x1000, 0x40'0000}));
  EXPECT_EQ(table_.map(VirtAddr(0x40'1000), page(1)).error(), Errno::eexist);
}

TEST_F(X86Table, TrimGivesBackWhatStandsForTheRangeOnly) {
  ASSERT_TRUE(table_.map(VirtAddr(0x1000), page(1)));
  ASSERT_TRUE(table_.map(VirtAddr(0x20'0000), page(2)));
  EXPECT_EQ(table_.table_frames(), 5U);
  const auto drop = [](VirtAddr, PageEntry& entry, PageSize) { entry = PageEntry(); };
  table_.visit(VirtAddr(0x20'0000), VirtAddr(0x3f'ffff), drop);
  table_.trim(VirtAddr(0x20'0000), VirtAddr(0x3f'effe));
  EXPECT_EQ(table_.table_frames(), 5U);
  table_.trim(VirtAddr(0x20'0000), VirtAddr(0x3f'ffff));
  EXPECT_EQ(table_.table_frames(), 4U);
  EXPECT_TRUE(table_.look_up(VirtAddr(0x1000)).is_mapped);
  table_.visit(VirtAddr(), VirtAddr(0x1fff), drop);
  table_.trim(VirtAddr(), VirtAddr(0x7fff'ffff'ffff));
  EXPECT_EQ(table_.table_frames(), 1U);
}

TEST_F(X86Table, AllTablesComeBack) {
  {
    PageTable second = PageTable::create(ram_.memory, x86_64_format()).value();
    ASSERT_TRUE(second.map(VirtAddr(0x1000), page(1)));
    const PageTable moved(std::move(second));
    EXPECT_EQ(moved.table_frames(), 4U);
  }
  EXPECT_EQ(ram_.memory.used_frames(FrameUse::page_table), 1U);
}

TEST_F(X86Table, RefusedTableChangesNothing) {
  // What is left after the n-th refusal is what was there before, for every n.
  for (std::uint32_t left = 0; left < 3; ++left) {
    std::vector<FrameNumber> held;
    while (ram_.memory.free_frames() > left) held.push_back(*ram_.memory.allocate(to_the_last_frame()));
    EXPECT_EQ(table_.map(VirtAddr(0x1000), page(1), PageSize::small, to_the_last_frame()).error(), Errno::enomem);
    EXPECT_EQ(ram_.memory.free_frames(), left);
    EXPECT_EQ(table_.table_frames(), 1U);
    EXPECT_TRUE(visited(VirtAddr(), VirtAddr(0x7fff'ffff'ffff)).empty());
    for (const FrameNumber frame : held) ram_.memory.put(frame);
  }
  EXPECT_TRUE(table_.map(VirtAddr(0x1000), page(1)));
}

// Both sides lose the right to write, as fork does for copy-on-write; one page is not for the child.
TEST_F(X86Table, CopyIsWhatTheActionLeavesToBoth) {
  for (const std::uint64_t at : {0x1000UL, 0x3000UL, 0x7fff'ffff'f000UL})
    ASSERT_TRUE(table_.map(VirtAddr(at), page(1)));
  ASSERT_TRUE(table_.map(VirtAddr(0x40'0000), page(512), PageSize::large));
  PageTable child = PageTable::create(ram_.memory, x86_64_format()).value();
  const auto share = [](VirtAddr at, PageEntry& entry, PageSize) {
    entry = entry.without(page_bit::writable);
    return at == VirtAddr(0x3000) ? PageEntry() : entry;
  };
  ASSERT_TRUE(table_.copy_to(child, VirtAddr(), VirtAddr(0x7fff'ffff'ffff), share));
  std::vector<std::uint64_t> copied;
  child.visit(VirtAddr(), VirtAddr(0x7fff'ffff'ffff), [&](VirtAddr at, PageEntry& entry, PageSize) {
    copied.push_back(at.value());
    EXPECT_EQ(entry, table_.look_up(at).last().entry);
    EXPECT_FALSE(entry.has(page_bit::writable));
  });
  EXPECT_EQ(copied, (std::vector<std::uint64_t>{0x1000, 0x40'0000, 0x7fff'ffff'f000}));
  EXPECT_FALSE(table_.look_up(VirtAddr(0x3000)).rights.writable);
  EXPECT_EQ(child.table_frames(), table_.table_frames());
}

TEST_F(X86Table, CopyOfAPartCopiesThatPart) {
  for (const std::uint64_t at : {0x1000UL, 0x3000UL, 0x5000UL}) ASSERT_TRUE(table_.map(VirtAddr(at), page(1)));
  PageTable child = PageTable::create(ram_.memory, x86_64_format()).value();
  const auto as_it_is = [](VirtAddr, PageEntry& entry, PageSize) { return entry; };
  ASSERT_TRUE(table_.copy_to(child, VirtAddr(0x3000), VirtAddr(0x4fff), as_it_is));
  EXPECT_FALSE(child.look_up(VirtAddr(0x1000)).is_mapped);
  EXPECT_TRUE(child.look_up(VirtAddr(0x3000)).is_mapped);
  EXPECT_FALSE(child.look_up(VirtAddr(0x5000)).is_mapped);
}

// With memory for 0, 1 and 2 of the three tables: refused each time, and the child's end gives back what it had.
TEST_F(X86Table, RefusedCopyLosesNothing) {
  ASSERT_TRUE(table_.map(VirtAddr(0x1000), page(1)));
  for (std::uint32_t left = 0; left < 3; ++left) {
    std::vector<FrameNumber> held;
    while (ram_.memory.free_frames() > left + 1) held.push_back(*ram_.memory.allocate(to_the_last_frame()));
    {
      PageTable child = PageTable::create(ram_.memory, x86_64_format(), to_the_last_frame()).value();
      const auto as_it_is = [](VirtAddr, PageEntry& entry, PageSize) { return entry; };
      const auto copied = table_.copy_to(child, VirtAddr(), VirtAddr(0x1fff), as_it_is, to_the_last_frame());
      EXPECT_EQ(copied.error(), Errno::enomem);
    }
    EXPECT_EQ(ram_.memory.free_frames(), left + 1);
    for (const FrameNumber frame : held) ram_.memory.put(frame);
  }
  EXPECT_TRUE(table_.look_up(VirtAddr(0x1000)).is_mapped);
}

TEST(PageTable, NoMemoryForARootIsEnomem) {
  EmulatedRam ram(16);
  EXPECT_EQ(PageTable::create(ram.memory, flat_format(), to_the_last_frame()).error(), Errno::enomem);
  EXPECT_EQ(ram.memory.free_frames(), 16U);
}

// Silberschatz's arithmetic: 4 MiB for a flat table, and with a fifth of the second-level tables 0.804 MiB.
TEST(PageTable, FlatAndTwoLevelSizes) {
  EmulatedRam ram(4096);
  const PageTable flat = PageTable::create(ram.memory, flat_format()).value();
  EXPECT_EQ(flat.table_frames() * page_bytes, 4U << 20U);
  PageTable two_level = PageTable::create(ram.memory, x86_32_format()).value();
  for (std::uint64_t i = 0; i < 1024 / 5 + 1; ++i) ASSERT_TRUE(two_level.map(VirtAddr(i << 22U), page(1)));
  const double mib = static_cast<double>(two_level.table_frames() * page_bytes) / (1U << 20U);
  EXPECT_NEAR(mib, 0.804, 0.002);
}

TEST(PageTable, FlatTableTakesOneAccess) {
  EmulatedRam ram(4096);
  PageTable flat = PageTable::create(ram.memory, flat_format()).value();
  ASSERT_TRUE(flat.map(VirtAddr(0xffff'f000), page(3)));
  EXPECT_EQ(flat.look_up(VirtAddr(0xffff'f004)).accesses, 1U);
  EXPECT_EQ(translated(flat.look_up(VirtAddr(0xffff'f004)), flat_format(), VirtAddr(0xffff'f004)), PhysAddr(0x3004));
  EXPECT_EQ(flat.table_frames(), 1024U);
}

TEST(PageTable, TwoLevelLargePagesHaveFourMib) {
  EmulatedRam ram(4096);
  PageTable table = PageTable::create(ram.memory, x86_32_format()).value();
  ASSERT_TRUE(table.map(VirtAddr(0xc000'0000), page(1024), PageSize::large));
  EXPECT_EQ(table.look_up(VirtAddr(0xc03f'ffff)).accesses, 1U);
  ASSERT_TRUE(table.split(VirtAddr(0xc000'0000)));
  EXPECT_EQ(translated(table.look_up(VirtAddr(0xc03f'ffff)), x86_32_format(), VirtAddr(0xc03f'ffff)),
            PhysAddr(2047 * page_bytes + 0xfff));
}

TEST(PageTableDeathTest, AddressesThatAreNoPagesFail) {
  EmulatedRam ram(4096);
  PageTable table = PageTable::create(ram.memory, x86_64_format()).value();
  EXPECT_DEATH((void)table.map(VirtAddr(0x1001), page(1)), "multiple of its size");
  EXPECT_DEATH((void)table.map(VirtAddr(0x8000'0000'0000), page(1)), "multiple of its size");
  EXPECT_DEATH((void)table.map(VirtAddr(0x1000), page(1), PageSize::large), "multiple of its size");
}

// The model: by page, its size in bytes and its entry.
struct Mapping {
  std::uint64_t bytes;
  PageEntry entry;
};
using Model = std::map<std::uint64_t, Mapping>;

bool is_taken(const Model& model, std::uint64_t first, std::uint64_t bytes) {
  const auto next = model.lower_bound(first + bytes);
  if (next == model.begin()) return false;
  const auto& [at, mapping] = *std::prev(next);
  return at + mapping.bytes > first;
}

// Near each other and far apart, so that tables are shared at every level and at none.
std::uint64_t some_page(const PageFormat& format) {
  std::uint64_t at = 0;
  for (const PageLevel& level : format.levels) {
    at |= *rc::gen::elementOf(std::vector<std::uint64_t>{0, 1, level.entries() / 2 - 1}) << level.shift;
  }
  return at;
}

class AgainstModel {
 public:
  explicit AgainstModel(const PageFormat& format)
      : format_(format), table_(PageTable::create(ram_.memory, format).value()) {}

  void map() {
    const bool has_large = format_.levels[format_.large_level()].has_large_pages;
    const bool is_large = has_large && *rc::gen::inRange(0, 4) == 0;
    const std::uint64_t bytes = is_large ? format_.levels[format_.large_level()].entry_span() : page_bytes;
    const std::uint64_t at = some_page(format_) & ~(bytes - 1);
    const PageEntry entry = PageEntry(FrameNumber(*rc::gen::inRange<std::uint32_t>(1, 4) * 1024), 0x27);
    const auto mapped = table_.map(VirtAddr(at), entry, is_large ? PageSize::large : PageSize::small);
    // A table that became empty may still be in the way of a large page.
    if (is_taken(model_, at, bytes)) RC_ASSERT(mapped.error() == Errno::eexist);
    if (mapped) model_[at] = {bytes, is_large ? entry.with(page_bit::large) : entry};
    if (!is_taken(model_, at, bytes)) RC_ASSERT(is_large && mapped.error() == Errno::eexist);
  }
  void unmap() {
    const std::uint64_t first = some_page(format_);
    const std::uint64_t last = first + *rc::gen::inRange<std::uint64_t>(1, 2000) * page_bytes - 1;
    table_.visit(VirtAddr(first), VirtAddr(last), [](VirtAddr, PageEntry& entry, PageSize) { entry = PageEntry(); });
    std::erase_if(model_,
                  [&](const auto& each) { return each.first <= last && each.first + each.second.bytes > first; });
    table_.trim(VirtAddr(first), VirtAddr(last));
  }
  void split() {
    for (const auto& [at, mapping] : model_) {
      if (mapping.bytes == page_bytes) continue;
      RC_ASSERT(table_.split(VirtAddr(at)).has_value());
      const auto [bytes, entry] = mapping;
      for (std::uint64_t offset = 0; offset < bytes; offset += page_bytes) {
        model_[at + offset] = {page_bytes, PageEntry(entry.without(page_bit::large).bits() + offset)};
      }
      return;
    }
  }
  void check() {
    auto expected = model_.begin();
    const VirtAddr top((std::uint64_t{1} << (format_.address_bits - 1)) - 1);
    table_.visit(VirtAddr(), top, [&](VirtAddr at, PageEntry& entry, PageSize) {
      RC_ASSERT(expected != model_.end() && at.value() == expected->first && entry == expected->second.entry);
      ++expected;
    });
    RC_ASSERT(expected == model_.end());
    for (const auto& [at, mapping] : model_) {
      const VirtAddr inside(at + mapping.bytes - 1);
      const auto where = translated(table_.look_up(inside), format_, inside);
      RC_ASSERT(where == mapping.entry.address() + (mapping.bytes - 1));
    }
    RC_ASSERT(table_.table_frames() == ram_.memory.used_frames(FrameUse::page_table));
  }
  std::uint32_t frames_without_pages() {
    table_.visit(VirtAddr(), VirtAddr((std::uint64_t{1} << (format_.address_bits - 1)) - 1),
                 [](VirtAddr, PageEntry& entry, PageSize) { entry = PageEntry(); });
    table_.trim(VirtAddr(), VirtAddr((std::uint64_t{1} << (format_.address_bits - 1)) - 1));
    return table_.table_frames();
  }

 private:
  const PageFormat& format_;
  EmulatedRam ram_{4096};
  PageTable table_;
  Model model_;
};

TEST(PageTableProperty, EqualsAMap) {
  for (const PageFormat* const format : {&x86_64_format(), &x86_32_format(), &flat_format()}) {
    EXPECT_TRUE(rc::check(std::string(format->name), [format] {
      AgainstModel both(*format);
      const std::uint32_t root_frames = std::uint32_t{1} << format->table_order(0);
      const auto steps = *rc::gen::inRange(0, 40);
      for (int i = 0; i < steps; ++i) {
        const auto what = *rc::gen::inRange(0, 10);
        if (what < 6) both.map();
        if (what >= 6 && what < 9) both.unmap();
        if (what == 9) both.split();
      }
      both.check();
      RC_ASSERT(both.frames_without_pages() == root_frames);
    }));
  }
}

}  // namespace signalbox::page_table_test
