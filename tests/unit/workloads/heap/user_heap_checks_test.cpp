#include <gtest/gtest.h>

#include "kernel/alloc/invariants.hpp"
#include "tests/support/child_status.hpp"
#include "workloads/heap/user_heap.hpp"

namespace signalbox::user_heap_checks_test {

MachineOptions with_junk(bool finds_late_writes) {
  MachineOptions options = with_memory();
  options.config.heap.junks_new = !finds_late_writes;
  options.config.heap.junks_freed = true;
  options.config.heap.finds_late_writes = finds_late_writes;
  return options;
}

TEST(UserHeapChecks, JunkIsInNewAndInFreedBlocks) {
  const auto body = [](Caller& caller) {
    UserHeap heap(caller);
    UserMemory memory(caller);
    const Uptr<std::uint8_t> at(heap.malloc(100).value());
    EXPECT_EQ(memory.load(at + 111), 0xa5);
    heap.free(at.at());
    EXPECT_EQ(memory.load(at), 0x5a);
    EXPECT_EQ(memory.load(Uptr<std::uint8_t>(heap.calloc(1, 100).value()) + 99), 0);
  };
  in_memory(body, with_junk(false));
}

TEST(UserHeapChecks, WriteAfterFreeIsFoundWhenTheBlockServesAgain) {
  MachineFixture fixture(with_junk(true));
  fixture.spawn([](Caller& caller) {
    const std::int64_t sound = fork(caller, [](Caller& inner) {
      UserHeap heap(inner);
      VirtAddr at = heap.malloc(10).value();
      for (std::uint64_t bytes = 100; bytes < 300'000; bytes = bytes * 3 / 2) {
        at = heap.realloc(at, bytes).value();
        UserMemory(inner).store(Uptr<std::uint8_t>(at + (bytes - 1)), 1);
        heap.free(heap.malloc(bytes / 2).value());
      }
      for (std::uint64_t bytes = 200'000; bytes > 10; bytes /= 2) at = heap.realloc(at, bytes).value();
      return 0;
    });
    EXPECT_EQ(wait_for(caller, sound), 0);
    const std::int64_t wrong = fork(caller, [](Caller& inner) {
      UserHeap heap(inner);
      const VirtAddr at = heap.malloc(100).value();
      heap.free(at);
      UserMemory(inner).store(Uptr<std::uint8_t>(at + 50), 1);
      static_cast<void>(heap.malloc(100));
      return 0;
    });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, wrong)), WaitStatus::killed_by(6));
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  ASSERT_EQ(fixture.machine().aborts().size(), 1U);
  EXPECT_TRUE(fixture.machine().aborts().front().what.ends_with("written to after it was freed"));
}

MachineOptions with_red_zones() {
  MachineOptions options = with_memory();
  options.config.heap.has_red_zones = true;
  return options;
}

TEST(UserHeapChecks, RedZonesLeaveWhatIsAskedForAndNoMore) {
  const auto body = [](Caller& caller) {
    UserHeap heap(caller);
    UserMemory memory(caller);
    for (const std::uint64_t bytes : {0U, 1U, 100U, 112U, 5000U, 100'000U, 5'000'000U}) {
      const Uptr<std::uint8_t> at(heap.malloc(bytes).value());
      EXPECT_EQ(heap.usable_size(at.at()), bytes);
      for (std::uint64_t i = 0; i < bytes; i += 97) memory.store(at + i, 1);
      if (bytes > 0) memory.store(at + (bytes - 1), 1);
      const Uptr<std::uint8_t> grown(heap.realloc(at.at(), bytes + 60).value());
      memory.store(grown + (bytes + 59), 1);
      const Uptr<std::uint8_t> smaller(heap.realloc(grown.at(), bytes / 2 + 1).value());
      memory.store(smaller + bytes / 2, 1);
      heap.free_sized(smaller.at(), bytes / 2 + 1);
      const VirtAddr zeroed = heap.calloc(1, bytes + 1).value();
      EXPECT_EQ(memory.load(Uptr<std::uint8_t>(zeroed + bytes)), 0);
      heap.free(zeroed);
      heap.free_aligned_sized(heap.aligned_alloc(256, bytes).value(), 256, bytes);
    }
    EXPECT_EQ(heap.malloc(~std::uint64_t{0}).error(), Errno::enomem);
    EXPECT_EQ(alloc::InvariantWalk(caller.process().heap->heap()).broken(), "");
  };
  in_memory(body, with_red_zones());
}

TEST(UserHeapChecks, WriteBehindABlockIsFoundWhenItIsGivenBack) {
  MachineFixture fixture(with_red_zones());
  fixture.spawn([](Caller& caller) {
    for (const std::uint64_t bytes : {10U, 112U, 100'000U}) {
      for (const std::uint64_t behind : {std::uint64_t{0}, std::uint64_t{15}}) {
        for (const bool is_realloc : {false, true}) {
          const std::int64_t child = fork(caller, [=](Caller& inner) {
            UserHeap heap(inner);
            const VirtAddr at = heap.malloc(bytes).value();
            UserMemory(inner).store(Uptr<std::uint8_t>(at + (bytes + behind)), 1);
            if (is_realloc) {
              static_cast<void>(heap.realloc(at, bytes * 2));
            } else {
              heap.free(at);
            }
            return 0;
          });
          EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::killed_by(6)) << bytes << " " << behind;
        }
      }
    }
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  ASSERT_EQ(fixture.machine().aborts().size(), 12U);
  EXPECT_TRUE(fixture.machine().aborts()[0].what.starts_with("free(): 0x"));
  EXPECT_TRUE(fixture.machine().aborts()[0].what.ends_with("written to past its end"));
  EXPECT_TRUE(fixture.machine().aborts()[1].what.starts_with("realloc(): 0x"));
}

}  // namespace signalbox::user_heap_checks_test
