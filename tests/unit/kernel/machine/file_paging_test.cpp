#include "kernel/machine/file_paging.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/file_machine.hpp"

namespace signalbox::file_paging_test {

namespace nr = call_number;

TEST(FilePaging, OneReadAsksForAllItsPagesAtOnce) {
  MachineFixture fixture(with_memory(4 * mib));
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    write_text(caller, fd, std::string(8 * page_bytes, 'x'));
    EXPECT_EQ(call(caller, nr::fsync, fd), 0);
    // A larger file takes the frames of this one.
    const std::int64_t other = open_path(caller, "/tmp/g", o_rdwr | o_creat);
    for (int page = 0; page < 2'000; ++page) write_text(caller, other, std::string(page_bytes, 'y'));
    EXPECT_EQ(call(caller, nr::fsync, other), 0);
    const VirtAddr at = map_pages(caller, 8, map_private | map_anonymous | map_populate);
    const std::uint64_t before = fixture.machine().memory()->file_disk().counters().reads;
    const Instant begin = caller.now();
    EXPECT_EQ(call(caller, nr::pread64, fd, at, 8 * page_bytes, 0), std::int64_t{8 * page_bytes});
    EXPECT_EQ(fixture.machine().memory()->file_disk().counters().reads - before, 8U);
    EXPECT_EQ(caller.now() - begin, 100_us + 8 * 10_us);
    reached.mark();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(FilePaging, FsyncWritesOnceMoreWhatChangesMeanwhile) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    write_text(caller, fd, "a");
    const std::int64_t other = create_thread(caller, [fd](Caller& inner) {
      sleep_for(inner, 50_us);  // in the middle of the write
      EXPECT_EQ(call(inner, nr::lseek, fd, 0, seek_set), 0);
      write_text(inner, fd, "b");
      EXPECT_EQ(call(inner, nr::fsync, fd), 0);
      EXPECT_EQ(inner.kernel().pager()->memory().events().pages_out, 2U);
    });
    EXPECT_EQ(call(caller, nr::fsync, fd), 0);
    EXPECT_EQ(join(caller, other), 0);
    EXPECT_EQ(caller.kernel().pager()->memory().shortage().writes().dirty(), 0U);
  });
}

TEST(FilePaging, KilledReadersLoseNothing) {
  in_memory(
      [](Caller& caller) {
        const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
        for (int page = 0; page < 1'200; ++page) write_text(caller, fd, std::string(page_bytes, 'x'));
        for (int child = 0; child < 5; ++child) {
          const std::int64_t pid = fork(caller, [fd](Caller& inner) {
            while (true) read_text(inner, fd, 300 * page_bytes, 0);
            return 0;
          });
          sleep_for(caller, 1_ms + 3_us * child);
          EXPECT_EQ(call(caller, nr::kill, pid, 9), 0);
          EXPECT_EQ(wait_for(caller, pid), 9);
        }
      },
      with_memory(4 * mib));
}

// Others have one of its pages on the way to the disk at any time: three pages apart, with a seek for each.
TEST(FilePaging, FsyncEndsWhileOthersWriteTheSameFile) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    write_text(caller, fd, std::string(5 * page_bytes, 'a'));
    const VirtAddr at(static_cast<std::uint64_t>(
        call(caller, nr::mmap, VirtAddr(), 5 * page_bytes, prot_read | prot_write, map_shared, fd, 0)));
    std::array<std::int64_t, 3> writers{};
    for (std::uint64_t writer = 0; writer < writers.size(); ++writer) {
      writers.at(writer) = create_thread(caller, [at, page = 2 * writer](Caller& inner) {
        for (std::uint64_t round = 0; round < 100; ++round) {
          sleep_for(inner, 20_us);
          UserMemory(inner).store(word_of(at, page), round);
          EXPECT_EQ(call(inner, nr::msync, at + page * page_bytes, page_bytes, ms_sync), 0);
        }
      });
    }
    sleep_for(caller, 1_ms);
    const Instant begin = caller.now();
    EXPECT_EQ(call(caller, nr::fsync, fd), 0);
    EXPECT_LT(caller.now() - begin, 2_ms);
    for (const std::int64_t writer : writers) EXPECT_EQ(join(caller, writer), 0);
    EXPECT_GT(caller.now() - begin, 5_ms) << "they went on meanwhile";
  });
}

// One page, on its way to the disk whenever the waiting thread gets to look.
TEST(FilePaging, FsyncEndsWhileAnotherWritesOnePageOverAndOver) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    write_text(caller, fd, std::string(page_bytes, 'a'));
    const VirtAddr at(static_cast<std::uint64_t>(
        call(caller, nr::mmap, VirtAddr(), page_bytes, prot_read | prot_write, map_shared, fd, 0)));
    std::array<std::int64_t, 2> writers{};
    for (std::int64_t& writer : writers) {
      writer = create_thread(caller, [at](Caller& inner) {
        for (std::uint64_t round = 0; round < 100; ++round) {
          UserMemory(inner).store(word_of(at, 0), round);
          EXPECT_EQ(call(inner, nr::msync, at, page_bytes, ms_sync), 0);
        }
      });
    }
    sleep_for(caller, 1_ms);
    const Instant begin = caller.now();
    EXPECT_EQ(call(caller, nr::fsync, fd), 0);
    EXPECT_EQ(call(caller, nr::sync), 0);
    EXPECT_LT(caller.now() - begin, 1_ms);
    for (const std::int64_t writer : writers) EXPECT_EQ(join(caller, writer), 0);
    EXPECT_GT(caller.now() - begin, 5_ms) << "they went on meanwhile";
  });
}

// Its stack is dropped in the middle of the write; the file goes all the same, and its blocks.
TEST(FilePaging, WhoIsKilledInMsyncLetsGoOfTheFile) {
  in_memory([](Caller& caller) {
    const std::uint64_t free = caller.kernel().pager()->memory().frames().free_frames();
    for (int child = 0; child < 3; ++child) {
      const std::int64_t pid = fork(caller, [](Caller& inner) {
        const std::int64_t fd = open_path(inner, "/tmp/g", o_rdwr | o_creat);
        write_text(inner, fd, std::string(8 * page_bytes, 'a'));
        const VirtAddr at(static_cast<std::uint64_t>(
            call(inner, nr::mmap, VirtAddr(), 8 * page_bytes, prot_read | prot_write, map_shared, fd, 0)));
        EXPECT_EQ(call(inner, nr::unlink, "/tmp/g"), 0);
        EXPECT_EQ(call(inner, nr::close, fd), 0);
        call(inner, nr::msync, at, 8 * page_bytes, ms_sync);
        return 0;
      });
      sleep_for(caller, 130_us);
      EXPECT_EQ(call(caller, nr::kill, pid, 9), 0);
      EXPECT_EQ(wait_for(caller, pid), 9);
    }
    sleep_for(caller, 1_ms);  // what was on its way has been written
    EXPECT_EQ(caller.kernel().pager()->memory().frames().free_frames(), free);
  });
}

TEST(FilePaging, SyncWritesOnceMoreWhatChangedWhileItWasWritten) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    write_text(caller, fd, "a");
    const std::int64_t other = create_thread(caller, [fd](Caller& inner) {
      sleep_for(inner, 50_us);  // in the middle of the write
      write_text(inner, fd, "b");
      EXPECT_EQ(call(inner, nr::sync), 0);
      const MainMemory& memory = inner.kernel().pager()->memory();
      EXPECT_EQ(memory.events().pages_out, 2U);
      EXPECT_EQ(memory.shortage().writes().dirty() + memory.shortage().writes().writing(), 0U);
    });
    EXPECT_EQ(call(caller, nr::sync), 0);
    EXPECT_EQ(join(caller, other), 0);
  });
}

TEST(FilePaging, WhatTruncationDirtiesIsWrittenInTime) {
  in_memory([](Caller& caller) {
    const PageWrites& writes = caller.kernel().pager()->memory().shortage().writes();
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    write_text(caller, fd, "abcdef");
    EXPECT_EQ(call(caller, nr::fsync, fd), 0);
    sleep_for(caller, 20_s);  // nothing is dirty: the flusher sleeps without an end
    EXPECT_EQ(call(caller, nr::ftruncate, fd, 3), 0);
    EXPECT_EQ(writes.dirty(), 1U);
    sleep_for(caller, 60_s);
    EXPECT_EQ(writes.dirty() + writes.writing(), 0U);
  });
}

// What is read ahead for a mapping is on its way when all of it is overwritten.
TEST(FilePaging, AWholePageThatIsBeingReadIsWaitedFor) {
  in_memory(
      [](Caller& caller) {
        const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
        write_text(caller, fd, std::string(page_bytes, 'x'));
        const std::int64_t other = open_path(caller, "/tmp/g", o_rdwr | o_creat);
        for (int page = 0; page < 2'000; ++page) write_text(caller, other, std::string(page_bytes, 'y'));
        EXPECT_EQ(call(caller, nr::fsync, other), 0);
        const VirtAddr at(static_cast<std::uint64_t>(
            call(caller, nr::mmap, VirtAddr(), page_bytes, prot_read | prot_write, map_shared, fd, 0)));
        EXPECT_EQ(call(caller, nr::madvise, at, page_bytes, madv_willneed), 0);
        EXPECT_EQ(call(caller, nr::lseek, fd, 0, seek_set), 0);
        EXPECT_EQ(write_text(caller, fd, std::string(page_bytes, 'z')), std::int64_t{page_bytes});
        EXPECT_EQ(read_text(caller, fd, page_bytes, 0), std::string(page_bytes, 'z'));
      },
      with_memory(4 * mib));
}

}  // namespace signalbox::file_paging_test
