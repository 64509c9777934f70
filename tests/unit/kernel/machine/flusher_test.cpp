#include "kernel/machine/flusher.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_machine.hpp"

namespace signalbox::flusher_test {

namespace nr = call_number;

const PageWrites& writes_of(Caller& caller) { return caller.kernel().pager()->memory().shortage().writes(); }

TEST(Flusher, WritesWhatIsOldEnough) {
  in_memory([](Caller& caller) {
    write_text(caller, open_path(caller, "/tmp/f", o_rdwr | o_creat), "x");
    EXPECT_EQ(writes_of(caller).dirty(), 1U);
    sleep_for(caller, 29_s);
    EXPECT_EQ(writes_of(caller).dirty(), 1U);
    sleep_for(caller, 7_s);  // 30 s, and up to 5 s until it looks
    EXPECT_EQ(writes_of(caller).dirty() + writes_of(caller).writing(), 0U);
    EXPECT_EQ(caller.kernel().pager()->memory().events().pages_out, 1U);
  });
}

TEST(Flusher, WhoDirtiesTooMuchWaits) {
  in_memory([](Caller& caller) {
    const WriteBack& write_back = caller.kernel().pager()->memory().shortage().write_back();
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    const VirtAddr at = map_pages(caller, 1);
    const Instant begin = caller.now();
    std::uint64_t most = 0;
    for (int page = 0; page < 3'000; ++page) {
      EXPECT_EQ(call(caller, nr::write, fd, at, page_bytes), std::int64_t{page_bytes});
      most = std::max<std::uint64_t>(most, std::uint64_t{writes_of(caller).dirty()} + writes_of(caller).writing());
    }
    EXPECT_LE(most, write_back.limits().throttle + 1);
    EXPECT_GT(caller.now() - begin, 10_ms);  // most of them took the disk's 10 us each
  });
}

TEST(Flusher, MappedPagesThatAreWrittenAreHeldUpToo) {
  in_memory([](Caller& caller) {
    constexpr std::uint64_t pages = 2'000;
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    EXPECT_EQ(call(caller, nr::ftruncate, fd, pages * page_bytes), 0);
    const VirtAddr at(static_cast<std::uint64_t>(
        call(caller, nr::mmap, VirtAddr(), pages * page_bytes, prot_read | prot_write, map_shared, fd, 0)));
    for (std::uint64_t page = 0; page < pages; ++page) {
      UserMemory(caller).store(word_of(at, page), page);
      EXPECT_LE(writes_of(caller).dirty(), 1'000U);
    }
    EXPECT_GT(caller.kernel().pager()->memory().events().pages_out, 1'000U);
  });
}

TEST(Flusher, KeepsNoRunGoing) {
  MachineFixture fixture(with_memory());
  fixture.spawn([](Caller& caller) { write_text(caller, open_path(caller, "/tmp/f", o_rdwr | o_creat), "x"); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_LT(fixture.now(), Instant() + 1_s);
}

}  // namespace signalbox::flusher_test
