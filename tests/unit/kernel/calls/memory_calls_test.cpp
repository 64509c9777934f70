#include "kernel/calls/memory_calls.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/memory_machine.hpp"

namespace signalbox::memory_calls_test {

namespace nr = call_number;

VirtAddr heap_end(Caller& caller, VirtAddr to = {}) {
  return VirtAddr(static_cast<std::uint64_t>(call(caller, nr::brk, to)));
}

TEST(MemoryCalls, WithoutMemoryThereAreNone) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::mmap, 0, page_bytes, prot_read, map_private | map_anonymous, -1, 0),
              failed(Errno::enosys));
    EXPECT_EQ(call(caller, nr::munmap, 0, page_bytes), failed(Errno::enosys));
    EXPECT_EQ(call(caller, nr::brk, 0), failed(Errno::enosys));
    EXPECT_EQ(call(caller, nr::execve), failed(Errno::enosys));
  });
}

TEST(MemoryCalls, AnswerTheirErrors) {
  in_memory([](Caller& caller) {
    const VirtAddr at = map_pages(caller, 4);
    EXPECT_EQ(call(caller, nr::mmap, 0, 0, prot_read, map_private | map_anonymous, -1, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::mmap, 0, page_bytes, prot_read, map_private, 3, 0), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::munmap, at + 1, page_bytes), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::mprotect, at, 100 * page_bytes, prot_read), failed(Errno::enomem));
    EXPECT_EQ(call(caller, nr::madvise, at, page_bytes, 12345), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::mremap, VirtAddr(0x10000), page_bytes, page_bytes, 0, 0), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::msync, at, page_bytes, ms_sync | ms_async), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::mlock2, at, page_bytes, 0x80), failed(Errno::einval));
  });
}

TEST(MemoryCalls, PopulatingAndLockingMakePagesPresent) {
  in_memory([](Caller& caller) {
    const UserSpace& space = *caller.process().space;
    const VirtAddr at = map_pages(caller, 8, map_private | map_anonymous | map_populate);
    EXPECT_EQ(space.resident().anonymous, 8U);
    const VirtAddr locked = map_pages(caller, 4);
    EXPECT_EQ(space.resident().anonymous, 8U);
    EXPECT_EQ(call(caller, nr::mlock, locked, 4 * page_bytes), 0);
    EXPECT_EQ(space.resident().anonymous, 12U);
    EXPECT_EQ(call(caller, nr::munlock, locked, 4 * page_bytes), 0);
    EXPECT_EQ(call(caller, nr::munmap, at, 8 * page_bytes), 0);
    EXPECT_EQ(space.resident().anonymous, 4U);
  });
}

TEST(MemoryCalls, MincoreTellsWhatIsPresent) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 3);
    const VirtAddr found = map_pages(caller, 1);
    memory.store(word_of(at, 1), 1);
    EXPECT_EQ(call(caller, nr::mincore, at, 3 * page_bytes, found), 0);
    EXPECT_EQ(memory.load(Uptr<std::uint8_t>(found)), 0U);
    EXPECT_EQ(memory.load(Uptr<std::uint8_t>(found + 1)), 1U);
    EXPECT_EQ(memory.load(Uptr<std::uint8_t>(found + 2)), 0U);
  });
}

TEST(MemoryCalls, TheHeapGrowsAndShrinks) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr begin = heap_end(caller);
    EXPECT_EQ(heap_end(caller, begin + 2 * page_bytes), begin + 2 * page_bytes);
    memory.store(word_of(begin, 1), 9);
    EXPECT_EQ(heap_end(caller, begin), begin);
    EXPECT_EQ(heap_end(caller, VirtAddr(1)), begin) << "where it was: no errno";
  });
}

TEST(MemoryCalls, AMappingMovesWithItsPages) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 1);
    memory.store(word_of(at, 0), 5);
    const std::int64_t moved = call(caller, nr::mremap, at, page_bytes, 64 * page_bytes, mremap_maymove, 0);
    ASSERT_GT(moved, 0);
    EXPECT_EQ(memory.load(word_of(VirtAddr(static_cast<std::uint64_t>(moved)), 0)), 5U);
  });
}

TEST(MemoryCalls, DontneedGivesZeros) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 1);
    memory.store(word_of(at, 0), 5);
    EXPECT_EQ(call(caller, nr::madvise, at, page_bytes, madv_dontneed), 0);
    EXPECT_EQ(memory.load(word_of(at, 0)), 0U);
  });
}

// Two CPUs; accesses take time, and so does what one CPU does to the other.
MachineOptions two_cpus() {
  MachineOptions options = with_memory();
  options.config.topology = Topology::uniform(2);
  options.config.costs.memory_access = 1_ns;
  options.config.costs.shootdown = 5_us;
  options.config.costs.interrupt = 1_us;
  return options;
}

// Another thread reads a page for ever; what one thread unmaps, it cannot reach any more.
TEST(MemoryCalls, AnUnmappedPageIsGoneOnAllCpus) {
  std::int32_t status = -1;
  in_memory(
      [&](Caller& caller) {
        const std::int64_t child = fork(caller, [&](Caller& inner) {
          const VirtAddr at = map_pages(inner, 1);
          create_thread(inner, [at](Caller& other) {
            UserMemory memory(other);
            while (true) memory.load(word_of(at, 0));
          });
          compute(inner, 1_ms);
          call(inner, nr::munmap, at, page_bytes);
          compute(inner, 1_ms);
          ADD_FAILURE() << "the other thread's access should have ended the process";
        });
        status = wait_for(caller, child);
      },
      two_cpus());
  EXPECT_EQ(status, 11);
}

TEST(MemoryCalls, WhoChangesTheSpaceWaitsForTheOtherCpus) {
  in_memory(
      [](Caller& caller) {
        UserMemory memory(caller);
        const VirtAddr at = map_pages(caller, 2);
        memory.store(word_of(at, 0), 1);
        create_thread(caller, [at](Caller& other) {
          UserMemory own(other);
          for (int i = 0; i < 3'000'000; ++i) own.load(word_of(at, 1));
        });
        compute(caller, 1_ms);
        const Instant begin = caller.now();
        EXPECT_EQ(call(caller, nr::mprotect, at, page_bytes, prot_read), 0);
        EXPECT_EQ(caller.now() - begin, 5_us);
        sleep_for(caller, 10_ms);
        const Instant alone = caller.now();
        EXPECT_EQ(call(caller, nr::mprotect, at, page_bytes, prot_none), 0);
        EXPECT_EQ(caller.now() - alone, 0_us);
      },
      two_cpus());
}

TEST(MemoryCalls, LimitsAreThoseOfTheProcess) {
  in_memory([](Caller& caller) {
    const std::uint64_t now = caller.process().space->map().counters().total * page_bytes;
    const ResourceLimit limit{now + page_bytes, unlimited};
    EXPECT_EQ(call(caller, nr::prlimit64, 0, Resource::address_space, &limit, nullptr), 0);
    EXPECT_EQ(call(caller, nr::mmap, 0, 2 * page_bytes, prot_read, map_private | map_anonymous, -1, 0),
              failed(Errno::enomem));
    map_pages(caller, 1);
  });
}

TEST(MemoryCalls, MincoreOfManyPagesStopsAtAHole) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 400);
    const VirtAddr found = map_pages(caller, 1);
    memory.store(word_of(at, 0), 1);
    memory.store(word_of(at, 299), 1);
    EXPECT_EQ(call(caller, nr::mincore, at + 1, page_bytes, found), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::mincore, at, ~std::uint64_t{0}, found), failed(Errno::enomem));
    EXPECT_EQ(call(caller, nr::munmap, at + 300 * page_bytes, page_bytes), 0);
    EXPECT_EQ(call(caller, nr::mincore, at, 400 * page_bytes, found), failed(Errno::enomem));
    EXPECT_EQ(memory.load(Uptr<std::uint8_t>(found)), 1U);
    EXPECT_EQ(memory.load(Uptr<std::uint8_t>(found + 298)), 0U);
    EXPECT_EQ(memory.load(Uptr<std::uint8_t>(found + 299)), 1U) << "what comes before the hole is told";
  });
}

// Pages of zeros are mapped, so that all but tables are free; the refused frame is a table's.
TEST(MemoryCalls, AMoveThatLacksATableWaitsForOne) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 4);
    memory.store(word_of(at, 3), 7);
    MainMemory& all = caller.kernel().pager()->memory();
    all.frames().refuse_allocations(1, 1);
    const std::uint64_t far = 0x1000'0000;
    EXPECT_EQ(
        call(caller, nr::mremap, at, 4 * page_bytes, 4 * page_bytes, mremap_maymove | mremap_fixed, VirtAddr(far)),
        static_cast<std::int64_t>(far));
    EXPECT_EQ(memory.load(word_of(VirtAddr(far), 3)), 7U);
    EXPECT_EQ(all.shortage().counters().stalls, 1U);
  });
}

TEST(MemoryCalls, NobodyReclaimsForAPromise) {
  MachineOptions options = with_memory(4 * mib);
  options.config.memory->main.overcommit = OvercommitMode::never;
  in_memory(
      [](Caller& caller) {
        const VirtAddr at = map_pages(caller, 100);
        EXPECT_EQ(call(caller, nr::mremap, at, 100 * page_bytes, 100'000 * page_bytes, mremap_maymove, 0),
                  failed(Errno::enomem));
        EXPECT_EQ(caller.kernel().pager()->memory().shortage().counters().stalls, 0U);
      },
      options);
}

TEST(MemoryCalls, AForkPaysForItsTables) {
  MachineOptions options = with_memory();
  options.config.costs.page_zero = 1_us;
  in_memory(
      [](Caller& caller) {
        UserMemory memory(caller);
        memory.store(word_of(map_pages(caller, 1), 0), 1);
        const Instant begin = caller.now();
        const std::int64_t child = fork(caller, [](Caller&) {});
        EXPECT_EQ(caller.now() - begin, 4_us) << "a root and the three below it";
        wait_for(caller, child);
      },
      options);
}

TEST(MemoryCalls, ARefusedForkUsesNoNumberUp) {
  in_memory([](Caller& caller) {
    MainMemory& all = caller.kernel().pager()->memory();
    all.frames().refuse_allocations(1, 2);
    const std::int64_t child = fork(caller, [](Caller&) {});
    EXPECT_EQ(all.shortage().counters().stalls, 1U) << "it was refused once";
    EXPECT_EQ(child, caller.process().pid.value() + 1);
    wait_for(caller, child);
  });
}

}  // namespace signalbox::memory_calls_test
