#include "workloads/heap/user_heap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "kernel/alloc/invariants.hpp"
#include "tests/support/child_status.hpp"

namespace signalbox::user_heap_test {

using alloc::InvariantWalk;

std::string broken(Caller& caller) { return InvariantWalk(caller.process().heap->heap()).broken(); }

TEST(UserHeap, BlocksAreEmulatedMemory) {
  in_memory([](Caller& caller) {
    UserHeap heap(caller);
    UserMemory memory(caller);
    std::vector<Uptr<std::uint64_t>> blocks;
    for (std::uint64_t i = 0; i < 500; ++i) {
      blocks.emplace_back(heap.malloc(8 + i * 37).value());
      memory.store(blocks.back(), i);
    }
    for (std::uint64_t i = 0; i < blocks.size(); ++i) EXPECT_EQ(memory.load(blocks[i]), i);
    for (const auto block : blocks) heap.free(block.at());
    EXPECT_EQ(broken(caller), "");
  });
}

TEST(UserHeap, PagesCostSystemCallsAndFaults) {
  MachineFixture fixture(with_memory());
  fixture.spawn([](Caller& caller) {
    UserHeap heap(caller);
    UserMemory memory(caller);
    const std::uint64_t faults = caller.thread().memory.minor_faults;
    const VirtAddr at = heap.malloc(40'000).value();
    EXPECT_EQ(caller.thread().memory.minor_faults, faults) << "nothing is touched yet";
    memory.store(Uptr<std::uint64_t>(at), 1);
    EXPECT_EQ(caller.thread().memory.minor_faults, faults + 1);
    heap.free(at);
    heap.free(heap.malloc(8 * mib).value());
    EXPECT_EQ(caller.process().heap->calls().mmap, 2U);
    EXPECT_EQ(caller.process().heap->calls().munmap, 1U) << "huge blocks go back at once";
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  std::uint64_t maps = 0;
  for (const TraceEvent& event : fixture.trace().of(TraceKind::syscall_entered)) maps += event.a == call_number::mmap;
  EXPECT_EQ(maps, 2U);
}

TEST(UserHeap, CallocZeroesWhatWasUsed) {
  in_memory([](Caller& caller) {
    UserHeap heap(caller);
    UserMemory memory(caller);
    for (const std::uint64_t bytes : {64U, 9000U, 50'000U}) {
      const Uptr<std::uint8_t> used(heap.malloc(bytes).value());
      for (std::uint64_t i = 0; i < bytes; ++i) memory.store(used + i, 0xaa);
      heap.free(used.at());
      const Uptr<std::uint8_t> zeroed(heap.calloc(bytes / 8, 8).value());
      EXPECT_EQ(zeroed, used) << "of no use to this test otherwise";
      for (std::uint64_t i = 0; i < bytes; ++i) ASSERT_EQ(memory.load(zeroed + i), 0) << i;
      heap.free(zeroed.at());
    }
    EXPECT_EQ(heap.calloc(std::uint64_t{1} << 40U, std::uint64_t{1} << 40U).error(), Errno::enomem);
  });
}

TEST(UserHeap, ReallocKeepsContents) {
  in_memory([](Caller& caller) {
    UserHeap heap(caller);
    UserMemory memory(caller);
    VirtAddr at = heap.realloc(VirtAddr(), 100).value();
    for (std::uint64_t i = 0; i < 100; ++i) memory.store(Uptr<std::uint8_t>(at + i), static_cast<std::uint8_t>(i));
    for (const std::uint64_t bytes : {101U, 5000U, 100'000U, 5'000'000U, 6'000'000U, 20'000U, 100U}) {
      at = heap.realloc(at, bytes).value();
      for (std::uint64_t i = 0; i < 100; ++i) ASSERT_EQ(memory.load(Uptr<std::uint8_t>(at + i)), i) << bytes;
    }
    EXPECT_GT(caller.process().heap->calls().mremap, 0U) << "huge blocks move by their pages";
    EXPECT_EQ(heap.realloc(at, 0).value(), VirtAddr());
    EXPECT_EQ(broken(caller), "");
  });
}

TEST(UserHeap, AlignsAndTellsWhatABlockHolds) {
  in_memory([](Caller& caller) {
    UserHeap heap(caller);
    for (std::uint64_t alignment = 16; alignment <= 65'536; alignment *= 4) {
      EXPECT_EQ(heap.aligned_alloc(alignment, 100).value().value() % alignment, 0U);
    }
    EXPECT_EQ(heap.aligned_alloc(48, 100).error(), Errno::einval);
    EXPECT_EQ(heap.usable_size(heap.malloc(100).value()) + heap.usable_size(VirtAddr()), 112U);
  });
}

TEST(UserHeap, OutOfMemoryIsAnErrorNotAnEnd) {
  in_memory([](Caller& caller) {
    UserHeap heap(caller);
    EXPECT_EQ(heap.malloc(std::uint64_t{1} << 60U).error(), Errno::enomem);
    const std::uint64_t now = caller.process().space->map().counters().total * page_bytes;
    caller.process().limits.set(Resource::address_space, {.soft = now + mib});
    caller.process().limits_changed();
    std::vector<VirtAddr> blocks;
    while (const auto at = heap.malloc(10'000)) blocks.push_back(*at);
    EXPECT_GT(blocks.size(), 50U);
    EXPECT_EQ(heap.malloc(100'000).error(), Errno::enomem);
    for (const VirtAddr at : blocks) heap.free(at);
    EXPECT_TRUE(heap.malloc(10'000).has_value());
    EXPECT_EQ(broken(caller), "");
  });
}

TEST(UserHeap, WithoutMemoryThereIsNone) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(UserHeap(caller).malloc(1).error(), Errno::enosys);
    UserHeap(caller).free(VirtAddr(4096));
  });
}

TEST(UserHeap, DoubleFreeAborts) {
  std::string line;
  const WaitStatus status = status_of(
      [](Caller& caller) {
        UserHeap heap(caller);
        const VirtAddr at = heap.malloc(100).value();
        heap.free(at);
        heap.free(at);
        ADD_FAILURE() << "it goes on";
      },
      &line);
  EXPECT_EQ(status, WaitStatus::killed_by(6));
  EXPECT_TRUE(line.starts_with("free(): 0x")) << line;
  EXPECT_TRUE(line.ends_with("free already")) << line;
}

TEST(UserHeap, WrongPointersAbort) {
  const auto after = [](std::uint64_t bytes, std::uint64_t offset) {
    return status_of([=](Caller& caller) {
      UserHeap heap(caller);
      heap.free(heap.malloc(bytes).value() + offset);
    });
  };
  EXPECT_EQ(after(100, 16), WaitStatus::killed_by(6));
  EXPECT_EQ(after(100'000, 4096), WaitStatus::killed_by(6));
  EXPECT_EQ(after(100, std::uint64_t{1} << 40U), WaitStatus::killed_by(6));
  EXPECT_EQ(after(100, 0), WaitStatus::exited(0));
  const WaitStatus reallocated = status_of([](Caller& caller) {
    UserHeap heap(caller);
    static_cast<void>(heap.realloc(heap.malloc(100).value() + 8, 200));
  });
  EXPECT_EQ(reallocated, WaitStatus::killed_by(6));
}

TEST(UserHeap, SizedFreeWantsTheSizeThatWasAskedFor) {
  const auto after = [](std::uint64_t asked, std::uint64_t told) {
    return status_of([=](Caller& caller) {
      UserHeap heap(caller);
      heap.free_sized(VirtAddr(), told);
      heap.free_aligned_sized(heap.aligned_alloc(8192, asked).value(), 8192, asked);
      heap.free_sized(heap.malloc(asked).value(), told);
      EXPECT_EQ(alloc::totals_of(caller.process().heap->heap()).requested, 0U);
    });
  };
  EXPECT_EQ(after(100, 100), WaitStatus::exited(0));
  EXPECT_EQ(after(100'000, 100'000), WaitStatus::exited(0));
  EXPECT_EQ(after(100, 200), WaitStatus::killed_by(6));
  EXPECT_EQ(after(100'000, 100), WaitStatus::killed_by(6));
}

TEST(UserHeap, KnowsWhatWasAskedFor) {
  in_memory([](Caller& caller) {
    UserHeap heap(caller);
    const auto requested = [&] { return alloc::totals_of(caller.process().heap->heap()).requested; };
    VirtAddr at = heap.malloc(100).value();
    const VirtAddr large = heap.calloc(3, 10'000).value();
    EXPECT_EQ(requested(), 30'100U);
    at = heap.realloc(at, 110).value();  // within its class
    EXPECT_EQ(requested(), 30'110U);
    heap.free(large);
    heap.free(heap.realloc(at, 5'000'000).value());
    EXPECT_EQ(requested(), 0U);
  });
}

class Listener final : public alloc::HeapWatch {
 public:
  void heard(const alloc::HeapEvent& event) override { events.push_back(event); }
  std::vector<alloc::HeapEvent> events;
};

TEST(UserHeap, WhoWatchesHearsEachCallOnce) {
  using enum alloc::HeapDeed;
  Listener listener;
  MachineOptions options = with_memory();
  options.config.heap.watch = &listener;
  VirtAddr first;
  VirtAddr moved;
  const auto body = [&](Caller& caller) {
    UserHeap heap(caller);
    first = heap.malloc(100).value();
    moved = heap.realloc(first, 5000).value();
    heap.free(heap.realloc(heap.calloc(2, 30).value(), 61).value());
    heap.free(heap.aligned_alloc(64, 10).value());
    heap.free(moved);
  };
  in_memory(body, options);
  std::vector<alloc::HeapDeed> deeds;
  for (const alloc::HeapEvent& event : listener.events) deeds.push_back(event.deed);
  EXPECT_EQ(deeds, (std::vector{malloc, realloc, calloc, realloc, free, aligned_alloc, free, free, heap_end}));
  ASSERT_EQ(listener.events.size(), 9U);
  EXPECT_EQ(listener.events[0].block, first);
  EXPECT_EQ(listener.events[0].bytes, 100U);
  EXPECT_NE(listener.events[0].thread, Tid());
  EXPECT_EQ(listener.events[1].old, first);
  EXPECT_EQ(listener.events[1].block, moved);
  EXPECT_EQ(listener.events[2].bytes, 60U);
  EXPECT_EQ(listener.events[5].alignment, 64U);
  EXPECT_EQ(listener.events[7].block, moved);
}

TEST(UserHeap, LineGoesToStandardError) {
  MachineFixture fixture(with_memory());
  std::string text(200, '\0');
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      const std::int64_t file = call(inner, call_number::creat, "/log", 0644);
      EXPECT_EQ(call(inner, call_number::dup2, file, 2), 2);
      UserHeap(inner).free(VirtAddr(0x1234000));
      return 0;
    });
    wait_for(caller, child);
    const VirtAddr page = map_pages(caller, 1);
    const std::int64_t file = call(caller, call_number::open, "/log", 0, 0);
    const std::int64_t bytes = call(caller, call_number::read, file, page, std::uint64_t{200});
    ASSERT_GT(bytes, 0);
    text.resize(static_cast<std::size_t>(bytes));
    UserMemory(caller).read(page, std::as_writable_bytes(std::span(text)));
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(text, "free(): 0x1234000: not an address of this heap\n");
}

TEST(UserHeap, ForkHasTheBlocksAndGoesItsOwnWay) {
  in_memory([](Caller& caller) {
    UserHeap heap(caller);
    UserMemory memory(caller);
    const Uptr<std::uint64_t> block(heap.malloc(100).value());
    memory.store(block, 7);
    const std::int64_t child = fork(caller, [block](Caller& inner) {
      UserMemory own(inner);
      EXPECT_EQ(own.load(block), 7U);
      own.store(block, 8);
      UserHeap(inner).free(block.at());
      EXPECT_EQ(UserHeap(inner).malloc(100).value(), block.at());
      return 3;
    });
    EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::exited(3));
    EXPECT_EQ(memory.load(block), 7U);
    heap.free(block.at());
    EXPECT_EQ(broken(caller), "");
  });
}

TEST(UserHeap, ExecBeginsWithAnother) {
  in_memory([](Caller& caller) {
    EXPECT_TRUE(UserHeap(caller).malloc(100).has_value());
    EXPECT_EQ(call(caller, call_number::execve), 0);
    EXPECT_EQ(caller.process().heap, nullptr);
    EXPECT_TRUE(UserHeap(caller).malloc(100).has_value());
    EXPECT_EQ(broken(caller), "");
  });
}

// System calls that take time let others run half-way through an allocation.
MachineOptions with_slow_calls() {
  MachineOptions options = with_memory();
  options.policy = "round_robin:quantum=10us";
  options.config.topology = Topology::uniform(2);
  options.config.costs.syscall = 15_us;
  options.config.costs.page_fault = 5_us;
  options.config.heap.heap.dirty_decay = Duration();  // each free page goes back at once
  return options;
}

TEST(UserHeap, ThreadsWaitForEachOther) {
  MachineFixture fixture(with_slow_calls());
  std::uint64_t waits = 0;
  fixture.spawn([&](Caller& caller) {
    const auto work = [](Caller& thread) {
      UserHeap heap(thread);
      UserMemory memory(thread);
      for (std::uint64_t i = 0; i < 40; ++i) {
        const Uptr<std::uint64_t> at(heap.malloc(40'000 + i * 1000).value());
        memory.store(at, i);
        compute(thread, 2_us);
        EXPECT_EQ(memory.load(at), i);
        heap.free(at.at());
      }
      return 0;
    };
    std::vector<std::int64_t> threads;
    for (int i = 0; i < 4; ++i) threads.push_back(create_thread(caller, work));
    for (const std::int64_t thread : threads) EXPECT_EQ(join(caller, thread), 0);
    waits = caller.process().heap->waits();
    EXPECT_EQ(broken(caller), "");
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_GT(waits, 0U);
}

TEST(UserHeap, ForkInTheMiddleWaitsUntilNobodyIsInside) {
  MachineFixture fixture(with_slow_calls());
  fixture.spawn([&](Caller& caller) {
    const auto work = [](Caller& thread) {
      UserHeap heap(thread);
      for (int i = 0; i < 100; ++i) heap.free(heap.malloc(40'000).value());
      return 0;
    };
    const std::int64_t thread = create_thread(caller, work);
    for (int i = 0; i < 10; ++i) {
      compute(caller, 33_us);
      const std::int64_t child = fork(caller, [](Caller& inner) {
        EXPECT_EQ(broken(inner), "");
        UserHeap heap(inner);
        heap.free(heap.malloc(40'000).value());
        EXPECT_EQ(broken(inner), "");
        return 0;
      });
      EXPECT_EQ(wait_for(caller, child), 0);
    }
    EXPECT_EQ(join(caller, thread), 0);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(UserHeap, ProcessKilledInTheMiddleLeavesNoHarm) {
  MachineFixture fixture(with_slow_calls());
  fixture.spawn([&](Caller& caller) {
    for (int i = 0; i < 30; ++i) {
      const std::int64_t child = fork(caller, [](Caller& inner) {
        const auto work = [](Caller& thread) {
          struct Owner {
            Caller& caller;
            VirtAddr at;
            ~Owner() { UserHeap(caller).free(at); }
          };
          const Owner owner{thread, UserHeap(thread).malloc(3000).value()};
          UserHeap heap(thread);
          while (true) heap.free(heap.malloc(40'000).value());
          return 0;
        };
        create_thread(inner, work);
        create_thread(inner, work);
        return work(inner);
      });
      compute(caller, 400_us + 7_us * i);
      EXPECT_EQ(call(caller, call_number::kill, child, 9), 0);
      EXPECT_EQ(WaitStatus::from_raw(wait_for(caller, child)), WaitStatus::killed_by(9));
    }
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(UserHeap, IsTheSameEachTime) {
  const auto hash = [] {
    MachineFixture fixture(with_slow_calls());
    fixture.spawn([](Caller& caller) {
      const auto work = [](Caller& thread) {
        UserHeap heap(thread);
        for (std::uint64_t i = 0; i < 60; ++i) heap.free(heap.malloc(100 + i * i * 40).value());
        return 0;
      };
      for (int i = 0; i < 3; ++i) create_thread(caller, work);
      work(caller);
      sleep_for(caller, 100_ms);
    });
    EXPECT_EQ(fixture.finish(), RunEnd::finished);
    return fixture.hash();
  };
  EXPECT_EQ(hash(), hash());
}

}  // namespace signalbox::user_heap_test
