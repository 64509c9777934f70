#include "kernel/machine/paging.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/support/memory_machine.hpp"

namespace signalbox::paging_test {

namespace nr = call_number;

// A machine of one CPU with prices that tell each other apart.
MachineOptions priced() {
  MachineOptions options = with_memory();
  options.config.costs.page_fault = 1_us;
  options.config.costs.page_zero = 100_ns;
  options.config.costs.page_copy = 200_ns;
  return options;
}

TEST(Paging, MemoryIsZeroedAndKeepsWhatIsWritten) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 4);
    EXPECT_EQ(memory.load(word_of(at, 3)), 0U);
    memory.store(word_of(at, 3), 42);
    EXPECT_EQ(memory.load(word_of(at, 3)), 42U);
    EXPECT_EQ(caller.thread().memory.minor_faults, 2U);  // the zero page first
    EXPECT_EQ(caller.thread().memory.major_faults, 0U);
  });
}

TEST(Paging, TheTraceTellsOfEachFault) {
  MachineFixture fixture(with_memory());
  VirtAddr at;
  const Tid tid = fixture
                      .spawn([&](Caller& caller) {
                        at = map_pages(caller, 1);
                        UserMemory(caller).store(word_of(at, 0, 3), 1);
                      })
                      .leader()
                      ->tid;
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const std::vector<TraceEvent> faults = fixture.trace().of(TraceKind::page_fault, tid);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].detail, static_cast<std::uint8_t>(FaultKind::minor));
  EXPECT_EQ(faults[0].a, (at + 24).value());
  EXPECT_EQ(faults[0].b, 6U);  // a write, by a program, of a page that is not there
}

TEST(Paging, ChildHasACopyOfItsOwn) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 1);
    memory.store(word_of(at, 0), 1);
    const std::int64_t child = fork(caller, [at](Caller& inner) {
      UserMemory own(inner);
      EXPECT_EQ(own.load(word_of(at, 0)), 1U);
      own.store(word_of(at, 0), 2);
      EXPECT_EQ(own.load(word_of(at, 0)), 2U);
      return 0;
    });
    EXPECT_EQ(wait_for(caller, child), 0);
    EXPECT_EQ(memory.load(word_of(at, 0)), 1U);
    EXPECT_EQ(caller.kernel().pager()->memory().events().copies, 1U);
  });
}

TEST(Paging, SharedMemoryIsOneInBoth) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 1, map_shared | map_anonymous);
    memory.store(word_of(at, 0), 1);
    const std::int64_t child = fork(caller, [at](Caller& inner) {
      UserMemory(inner).fetch_add(word_of(at, 0), 41);
      return 0;
    });
    EXPECT_EQ(wait_for(caller, child), 0);
    EXPECT_EQ(memory.load(word_of(at, 0)), 42U);
  });
}

TEST(Paging, ThreadsHaveOneMemory) {
  in_memory([](Caller& caller) {
    const VirtAddr at = map_pages(caller, 1);
    const std::int64_t tid = create_thread(caller, [at](Caller& other) { UserMemory(other).store(word_of(at, 0), 7); });
    EXPECT_EQ(join(caller, tid), 0);
    EXPECT_EQ(UserMemory(caller).load(word_of(at, 0)), 7U);
  });
}

// How a process ends that makes one access; -1: by itself.
template <class Body>
std::int32_t end_of(Body body, bool& came_back) {
  std::int32_t status = -1;
  in_memory([&](Caller& caller) {
    const std::int64_t child = fork(caller, [&](Caller& inner) {
      body(inner);
      came_back = true;
      return 0;
    });
    status = wait_for(caller, child);
  });
  return status;
}

TEST(Paging, AnAccessThatCannotBeEndsTheProcess) {
  bool came_back = false;
  EXPECT_EQ(end_of([](Caller& caller) { UserMemory(caller).load(Uptr<int>(VirtAddr(0))); }, came_back), 11);
  EXPECT_EQ(end_of(
                [](Caller& caller) {
                  UserMemory(caller).store(word_of(map_pages(caller, 1, map_private | map_anonymous, prot_read), 0), 1);
                },
                came_back),
            11);
  EXPECT_EQ(end_of([](Caller& caller) { UserMemory(caller).load(Uptr<int>(~std::uint64_t{0} << 47U)); }, came_back),
            11);
  EXPECT_FALSE(came_back);
}

TEST(Paging, TheKernelAnswersAnErrorInstead) {
  in_memory([](Caller& caller) {
    const VirtAddr good = map_pages(caller, 1);
    std::array<std::byte, 16> bytes{};
    EXPECT_TRUE(copy_to_user(caller, good, bytes).has_value());
    EXPECT_EQ(copy_to_user(caller, good + (page_bytes - 8), bytes).error(), Errno::efault);
    EXPECT_EQ(copy_from_user(caller, VirtAddr(16), bytes).error(), Errno::efault);
    std::array<char, 8> text{};
    EXPECT_EQ(string_from_user(caller, VirtAddr(16), text).error(), Errno::efault);
    EXPECT_EQ(call(caller, nr::mincore, good, page_bytes, VirtAddr(16)), failed(Errno::efault));
  });
}

TEST(Paging, FaultsCostWhatTheyDid) {
  Duration zeroed;
  Duration copied;
  in_memory(
      [&](Caller& caller) {
        UserMemory memory(caller);
        const VirtAddr at = map_pages(caller, 2);
        memory.store(word_of(at, 0), 1);  // makes the tables
        Instant begin = caller.now();
        memory.store(word_of(at, 1), 1);
        zeroed = caller.now() - begin;
        const std::int64_t child = fork(caller, [&](Caller& inner) {
          UserMemory own(inner);
          begin = inner.now();
          own.store(word_of(at, 1), 2);
          copied = inner.now() - begin;
          return 0;
        });
        wait_for(caller, child);
      },
      priced());
  EXPECT_EQ(zeroed, 1100_ns);
  EXPECT_EQ(copied, 1200_ns);
}

TEST(Paging, AccessesArePaidForInBlocks) {
  MachineOptions options = with_memory();
  options.config.costs.memory_access = 1_ns;
  options.config.costs.walk_access = 10_ns;
  in_memory(
      [](Caller& caller) {
        UserMemory memory(caller);
        const VirtAddr at = map_pages(caller, 1);
        const Instant begin = caller.now();
        for (int i = 0; i < 1023; ++i) memory.load(word_of(at, 0));
        EXPECT_EQ(caller.now(), begin);
        memory.load(word_of(at, 0));
        // A walk that finds nothing and one that finds the page: at most four tables each.
        EXPECT_GE(caller.now() - begin, 1024_ns + 50_ns);
        EXPECT_LE(caller.now() - begin, 1024_ns + 80_ns);
        const Instant warm = caller.now();
        for (int i = 0; i < 1024; ++i) memory.load(word_of(at, 0));
        EXPECT_EQ(caller.now() - warm, 1024_ns);
      },
      options);
}

TEST(Paging, GetrusageTellsFaultsAndPeak) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 100);
    for (std::uint64_t page = 0; page < 100; ++page) memory.store(word_of(at, page), 1);
    EXPECT_EQ(call(caller, nr::munmap, at, 100 * page_bytes), 0);
    std::array<std::int64_t, 18> usage{};
    EXPECT_EQ(call(caller, nr::getrusage, 0, usage.data()), 0);
    EXPECT_GE(usage[4], 400);  // ru_maxrss
    EXPECT_EQ(usage[8], 100);  // ru_minflt
    EXPECT_EQ(usage[9], 0);    // ru_majflt
  });
}

TEST(Paging, ExecGivesFreshMemory) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 1);
    memory.store(word_of(at, 0), 1);
    const AddressSpaceId old = caller.process().space_id;
    EXPECT_EQ(call(caller, nr::execve), 0);
    EXPECT_NE(caller.process().space_id, old);
    const VirtAddr again = map_pages(caller, 1);
    EXPECT_EQ(again, at);  // the same layout
    EXPECT_EQ(memory.load(word_of(again, 0)), 0U);
  });
}

TEST(Paging, ExecIsRefusedWhereOthersRunInTheMemory) {
  in_memory([](Caller& caller) {
    create_thread(caller, [](Caller& other) { sleep_for(other, 1_ms); });
    EXPECT_EQ(call(caller, nr::execve), failed(Errno::ebusy));
  });
}

TEST(Paging, ProgramTextIsReadFromItsFileOnce) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr text = caller.process().space->map().parts.code_begin;
    const Instant begin = caller.now();
    const std::uint64_t word = memory.load(word_of(text, 0));
    EXPECT_EQ(word, GeneratedStore::word_at(1, 0));
    EXPECT_EQ(caller.thread().memory.major_faults, 1U);
    EXPECT_GE(caller.now() - begin, 10_us);
    const std::int64_t child = fork(caller, [&](Caller& inner) {
      EXPECT_EQ(UserMemory(inner).load(word_of(text, 0)), word);
      EXPECT_EQ(inner.thread().memory.major_faults, 0U);
      return 0;
    });
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

}  // namespace signalbox::paging_test
