#include "kernel/calls/file_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_machine.hpp"

namespace signalbox::file_calls_test {

namespace nr = call_number;

TEST(FileCalls, AFileHoldsMoreThanMemoryDoes) {
  in_memory(
      [](Caller& caller) {
        constexpr std::uint64_t pages = 2'000;  // of a machine with 1,024
        UserMemory memory(caller);
        const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
        const VirtAddr at = map_pages(caller, 1);
        for (std::uint64_t page = 0; page < pages; ++page) {
          memory.store(word_of(at, 0, 3), page);
          EXPECT_EQ(call(caller, nr::write, fd, at, page_bytes), std::int64_t{page_bytes});
        }
        for (std::uint64_t page = 0; page < pages; page += 7) {
          EXPECT_EQ(call(caller, nr::pread64, fd, at, page_bytes, page * page_bytes), std::int64_t{page_bytes});
          EXPECT_EQ(memory.load(word_of(at, 0, 3)), page);
        }
      },
      with_memory(4 * mib));
}

TEST(FileCalls, WhoReadsWhatIsNotThereWaitsForTheDisk) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    EXPECT_EQ(write_text(caller, fd, std::string(3 * page_bytes, 'x')), std::int64_t{3 * page_bytes});
    Instant begin = caller.now();
    EXPECT_EQ(read_text(caller, fd, 1, 0), "x");
    EXPECT_EQ(caller.now(), begin);  // it is in memory
    EXPECT_EQ(call(caller, nr::fsync, fd), 0);
    EXPECT_EQ(caller.now() - begin, 100_us + 3 * 10_us);  // a seek, and three pages side by side
    begin = caller.now();
    EXPECT_EQ(call(caller, nr::fsync, fd), 0);
    EXPECT_EQ(caller.now(), begin);  // nothing is dirty
  });
}

TEST(FileCalls, WrongArgumentsAreToldApart) {
  in_memory([](Caller& caller) {
    const VirtAddr at = map_pages(caller, 1);
    const VirtAddr beyond(~std::uint64_t{0} << 47U);
    const std::int64_t reader = open_path(caller, "/tmp/f", o_rdonly | o_creat);
    const std::int64_t writer = open_path(caller, "/tmp/f", o_wronly);
    const std::int64_t folder = open_path(caller, "/tmp", o_rdonly | o_directory);
    EXPECT_EQ(call(caller, nr::read, writer, at, 1), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::write, reader, at, 1), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::read, 99, at, 1), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::read, folder, at, 1), failed(Errno::eisdir));
    EXPECT_EQ(call(caller, nr::write, writer, beyond, 1), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::write, writer, VirtAddr(16), 1), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::write, writer, VirtAddr(16), 0), 0);
    EXPECT_EQ(call(caller, nr::pread64, reader, at, 1, -1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::ftruncate, reader, 1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::ftruncate, writer, -1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::fsync, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::fsync, folder), 0);
    EXPECT_EQ(call(caller, nr::lseek, 99, 0, 0), failed(Errno::ebadf));
  });
}

TEST(FileCalls, MappingsAndCallsSeeTheSamePages) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    EXPECT_EQ(write_text(caller, fd, std::string(page_bytes + 8, 'a')), std::int64_t{page_bytes + 8});
    const auto map = [&](std::uint32_t type) {
      return VirtAddr(static_cast<std::uint64_t>(
          call(caller, nr::mmap, VirtAddr(), 3 * page_bytes, prot_read | prot_write, type, fd, 0)));
    };
    const VirtAddr shared = map(map_shared);
    const VirtAddr own = map(map_private);
    memory.store(Uptr<char>(shared), 'b');
    EXPECT_EQ(read_text(caller, fd, 2, 0), "ba");
    EXPECT_EQ(memory.load(Uptr<char>(own)), 'b');
    memory.store(Uptr<char>(own), 'c');
    EXPECT_EQ(read_text(caller, fd, 2, 0), "ba");
    EXPECT_EQ(call(caller, nr::lseek, fd, 1, seek_set), 1);
    EXPECT_EQ(write_text(caller, fd, "d"), 1);
    EXPECT_EQ(memory.load(Uptr<char>(shared + 1)), 'd');
    EXPECT_EQ(memory.load(Uptr<char>(own + 1)), 'a');
    EXPECT_EQ(call(caller, nr::close, fd), 0);  // the mapping keeps it open
    memory.store(Uptr<char>(shared + page_bytes), 'e');
    EXPECT_EQ(call(caller, nr::msync, shared, 2 * page_bytes, ms_sync), 0);
    EXPECT_EQ(read_text(caller, open_path(caller, "/tmp/f", o_rdonly), 1, page_bytes), "e");
  });
}

TEST(FileCalls, BehindTheEndOfAFileIsABusError) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    EXPECT_EQ(call(caller, nr::ftruncate, fd, page_bytes + 1), 0);
    const auto end_of_access = [&](std::uint64_t offset) {
      return wait_for(caller, fork(caller, [=](Caller& inner) {
                        const std::int64_t at =
                            call(inner, nr::mmap, VirtAddr(), 4 * page_bytes, prot_read, map_shared, fd, 0);
                        UserMemory(inner).load(Uptr<char>(VirtAddr(static_cast<std::uint64_t>(at)) + offset));
                        return 0;
                      }));
    };
    EXPECT_EQ(end_of_access(2 * page_bytes - 1), 0);
    EXPECT_EQ(end_of_access(2 * page_bytes), 7);
    EXPECT_EQ(call(caller, nr::ftruncate, fd, page_bytes), 0);
    EXPECT_EQ(end_of_access(page_bytes), 7);
  });
}

TEST(FileCalls, TruncationTakesPagesFromMappings) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    EXPECT_EQ(write_text(caller, fd, std::string(2 * page_bytes, 'a')), std::int64_t{2 * page_bytes});
    const VirtAddr at(static_cast<std::uint64_t>(
        call(caller, nr::mmap, VirtAddr(), 2 * page_bytes, prot_read | prot_write, map_shared, fd, 0)));
    memory.store(Uptr<char>(at + page_bytes), 'b');
    memory.store(Uptr<char>(at + 10), 'b');
    EXPECT_EQ(call(caller, nr::ftruncate, fd, 5), 0);
    EXPECT_EQ(call(caller, nr::ftruncate, fd, 2 * page_bytes), 0);
    EXPECT_EQ(memory.load(Uptr<char>(at + 4)), 'a');
    EXPECT_EQ(memory.load(Uptr<char>(at + 10)), '\0');
    EXPECT_EQ(memory.load(Uptr<char>(at + page_bytes)), '\0');
  });
}

TEST(FileCalls, SyncWritesAllFiles) {
  in_memory([](Caller& caller) {
    for (const char* path : {"/tmp/a", "/tmp/b"}) write_text(caller, open_path(caller, path, o_rdwr | o_creat), "x");
    MainMemory& memory = caller.kernel().pager()->memory();
    EXPECT_EQ(memory.shortage().writes().dirty(), 2U);
    EXPECT_EQ(call(caller, nr::sync), 0);
    EXPECT_EQ(memory.shortage().writes().dirty() + memory.shortage().writes().writing(), 0U);
    EXPECT_EQ(memory.events().pages_out, 2U);
  });
}

TEST(FileCalls, DevicesNeedNoMemory) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t null = open_path(caller, "/dev/null", o_rdwr | o_creat);
    EXPECT_EQ(call(caller, nr::write, null, VirtAddr(), 1 << 20), 1 << 20);
    EXPECT_EQ(call(caller, nr::read, null, VirtAddr(), 5), 0);
    EXPECT_EQ(open_path(caller, "/tmp/f", o_rdwr | o_creat), failed(Errno::erofs));
    EXPECT_EQ(call(caller, nr::read, open_path(caller, "/dev/zero", o_rdonly), VirtAddr(), 5), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::sync), 0);
    reached.mark();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(FileCalls, WhatADeviceIsGivenNeedsNoSync) {
  in_memory([](Caller& caller) {
    const VirtAddr at = map_pages(caller, 1);
    for (const std::uint32_t flag : {o_sync, o_dsync}) {
      EXPECT_EQ(call(caller, nr::write, open_path(caller, "/dev/null", o_wronly | flag), at, 5), 5);
    }
  });
}

// rw_verify_area.
TEST(FileCalls, NoTransferEndsBeyondTheLargestPlace) {
  in_memory([](Caller& caller) {
    constexpr std::int64_t most = 0x7fff'ffff'ffff'ffff;
    const VirtAddr at = map_pages(caller, 1);
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    EXPECT_EQ(call(caller, nr::pread64, fd, at, 2, most - 1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::pread64, fd, at, 2, most - 2), 0);
    EXPECT_EQ(call(caller, nr::pwrite64, fd, at, 1, most), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::lseek, fd, most, seek_set), most);
    EXPECT_EQ(call(caller, nr::write, fd, at, 1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::read, fd, at, 1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::read, fd, at, 0), 0);
    EXPECT_EQ(call(caller, nr::lseek, fd, 0, seek_end), 0);
  });
}

}  // namespace signalbox::file_calls_test
