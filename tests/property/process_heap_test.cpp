// malloc of emulated processes on random programs beside a shadow map: blocks never overlap and keep their contents,
// through forks, threads and lack of memory. RapidCheck prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "kernel/alloc/invariants.hpp"
#include "kernel/base/prng.hpp"
#include "tests/support/memory_machine.hpp"
#include "workloads/heap/user_heap.hpp"

namespace signalbox::process_heap_property_test {

std::string broken(Caller& caller) { return alloc::InvariantWalk(caller.process().heap->heap()).broken(); }

// What a program knows of its blocks.
class Shadow {
 public:
  struct Block {
    std::uint64_t bytes;
    std::uint8_t pattern;
  };

  // Takes a new block in: it overlaps none, and holds what was asked for.
  void own(Caller& caller, VirtAddr at, std::uint64_t bytes, std::uint8_t pattern) {
    const std::uint64_t usable = UserHeap(caller).usable_size(at);
    EXPECT_GE(usable, bytes);
    const auto after = blocks_.lower_bound(at);
    if (after != blocks_.end()) {
      EXPECT_LE(at + usable, after->first);
    }
    if (after != blocks_.begin()) {
      EXPECT_LE(std::prev(after)->first + std::prev(after)->second.bytes, at);
    }
    blocks_.emplace(at, Block{bytes, pattern});
    write(caller, at, bytes, pattern);
  }
  // Both ends: neighbours begin and end there.
  static void write(Caller& caller, VirtAddr at, std::uint64_t bytes, std::uint8_t pattern) {
    std::array<std::byte, edge> bytes_of;
    bytes_of.fill(std::byte{pattern});
    const std::uint64_t count = std::min(bytes, edge);
    UserMemory memory(caller);
    memory.write(at, std::span(bytes_of).first(count));
    memory.write(at + (bytes - count), std::span(bytes_of).first(count));
  }
  static bool holds(Caller& caller, VirtAddr at, std::uint64_t bytes, std::uint8_t pattern) {
    std::array<std::byte, edge> found;
    const std::span part = std::span(found).first(std::min(bytes, edge));
    UserMemory(caller).read(at, part);
    return std::ranges::all_of(part, [&](std::byte byte) { return byte == std::byte{pattern}; });
  }
  static bool is_whole(Caller& caller, VirtAddr at, const Block& block) {
    const std::uint64_t count = std::min(block.bytes, edge);
    return holds(caller, at, block.bytes, block.pattern) &&
           holds(caller, at + (block.bytes - count), count, block.pattern);
  }
  bool are_whole(Caller& caller) const {
    return std::ranges::all_of(blocks_, [&](const auto& each) { return is_whole(caller, each.first, each.second); });
  }

  std::map<VirtAddr, Block>& blocks() { return blocks_; }

 private:
  static constexpr std::uint64_t edge = 32;
  std::map<VirtAddr, Block> blocks_;
};

class RandomProgram {
 public:
  explicit RandomProgram(const Prng& random) : random_(random) {}

  int run(Caller& caller, int steps, bool may_fork) {
    for (int i = 0; i < steps; ++i) step(caller, may_fork);
    EXPECT_TRUE(shadow_.are_whole(caller));
    UserHeap heap(caller);
    while (!shadow_.blocks().empty()) release(caller, shadow_.blocks().begin());
    return 0;
  }

 private:
  using Place = std::map<VirtAddr, Shadow::Block>::iterator;

  void step(Caller& caller, bool may_fork) {
    switch (random_.below(may_fork ? 33 : 32)) {
      case 32:
        return fork_one(caller);
      case 0:
      case 1:
      case 2:
      case 3:
        return reallocate(caller);
      default:
        break;
    }
    const bool takes = shadow_.blocks().size() < 5 || (shadow_.blocks().size() < 120 && random_.below(2) == 0);
    takes ? allocate(caller) : release(caller, some_block());
  }

  std::uint64_t some_size() {
    switch (random_.below(16)) {
      case 0:
        return random_.below(std::uint64_t{5} << 20U);
      case 1:
      case 2:
        return random_.below(100'000);
      default:
        return random_.below(3000);
    }
  }
  std::uint8_t some_pattern() { return static_cast<std::uint8_t>(1 + random_.below(255)); }
  Place some_block() {
    return std::next(shadow_.blocks().begin(), static_cast<std::ptrdiff_t>(random_.below(shadow_.blocks().size())));
  }

  void allocate(Caller& caller) {
    UserHeap heap(caller);
    const std::uint64_t bytes = some_size();
    switch (random_.below(4)) {
      case 0: {
        const Result<VirtAddr> at = heap.calloc(1, bytes);
        if (!at.has_value()) return;
        EXPECT_TRUE(Shadow::holds(caller, *at, bytes, 0));
        return shadow_.own(caller, *at, bytes, some_pattern());
      }
      case 1: {
        const std::uint64_t alignment = std::uint64_t{1} << random_.below(15);
        const Result<VirtAddr> at = heap.aligned_alloc(alignment, bytes);
        if (!at.has_value()) return;
        EXPECT_EQ(at->value() % alignment, 0U);
        return shadow_.own(caller, *at, bytes, some_pattern());
      }
      default:
        if (const Result<VirtAddr> at = heap.malloc(bytes)) shadow_.own(caller, *at, bytes, some_pattern());
    }
  }

  void release(Caller& caller, Place place) {
    EXPECT_TRUE(Shadow::is_whole(caller, place->first, place->second));
    const VirtAddr at = place->first;
    shadow_.blocks().erase(place);
    UserHeap(caller).free(at);
  }

  void reallocate(Caller& caller) {
    if (shadow_.blocks().empty()) return;
    const Place place = some_block();
    const auto [at, block] = *place;
    const std::uint64_t bytes = 1 + some_size();
    const Result<VirtAddr> moved = UserHeap(caller).realloc(at, bytes);
    if (!moved.has_value()) {
      EXPECT_TRUE(Shadow::is_whole(caller, at, block));
      return;
    }
    shadow_.blocks().erase(place);
    EXPECT_TRUE(Shadow::holds(caller, *moved, std::min(bytes, block.bytes), block.pattern));
    shadow_.own(caller, *moved, bytes, some_pattern());
  }

  // The child has all blocks and frees them; the parent's are not touched.
  void fork_one(Caller& caller) {
    RandomProgram child = *this;
    const std::int64_t pid = fork(caller, [child](Caller& inner) mutable {
      EXPECT_TRUE(child.shadow_.are_whole(inner));
      const int status = child.run(inner, 20, false);
      EXPECT_EQ(broken(inner), "");
      return status;
    });
    EXPECT_EQ(wait_for(caller, pid), 0);
    EXPECT_TRUE(shadow_.are_whole(caller));
  }

  Prng random_;
  Shadow shadow_;
};

MachineOptions some_machine(std::uint64_t seed) {
  MachineOptions options = with_memory(64 * mib);
  options.policy = "round_robin:quantum=20us";
  options.seed = seed;
  options.config.topology = Topology::uniform(static_cast<unsigned>(1 + seed % 3));
  options.config.costs.syscall = 2_us;
  options.config.costs.page_fault = 1_us;
  options.config.costs.memory_access = 2_ns;
  alloc::ProcessHeapOptions& heap = options.config.heap;
  heap.dss = seed % 3 == 0 ? alloc::Dss::primary : seed % 3 == 1 ? alloc::Dss::secondary : alloc::Dss::disabled;
  heap.heap.narenas = static_cast<unsigned>(1 + seed % 4);
  heap.heap.retain = seed % 5 == 0 ? alloc::Retain::no : alloc::Retain::yes;
  heap.heap.dirty_decay = seed % 2 == 0 ? Duration() : 1_ms;
  heap.heap.muzzy_decay = seed % 7 == 0 ? 1_ms : Duration();
  return options;
}

std::uint64_t run_program(std::uint64_t seed) {
  MachineFixture fixture(some_machine(seed));
  fixture.spawn([&](Caller& caller) {
    const Prng random(seed);
    std::vector<std::int64_t> threads;
    for (const char* const name : {"a", "b"}) {
      threads.push_back(create_thread(caller, [program = RandomProgram(random.split(name))](Caller& thread) mutable {
        return program.run(thread, 120, false);
      }));
    }
    RandomProgram(random).run(caller, 120, true);
    for (const std::int64_t thread : threads) EXPECT_EQ(join(caller, thread), 0);
    EXPECT_EQ(broken(caller), "");
    EXPECT_EQ(alloc::InvariantWalk(caller.process().heap->heap()).in_use(), 0U);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_TRUE(fixture.machine().aborts().empty());
  return fixture.hash();
}

RC_GTEST_PROP(ProcessHeapProperty, BlocksKeepWhatWasWritten, (std::uint64_t seed)) {
  run_program(seed);
  RC_ASSERT(!::testing::Test::HasFailure());
}

TEST(ProcessHeapProperty, SameSeedIsTheSameRun) {
  for (const std::uint64_t seed : {1U, 2U, 30U}) EXPECT_EQ(run_program(seed), run_program(seed));
}

// A fixed life under an address-space limit that leaves room for `pages` more: memory runs out at every place.
TEST(ProcessHeapProperty, RunsOutOfMemoryEverywhere) {
  for (std::uint64_t pages = 0; pages < 400; pages += 3) {
    in_memory([pages](Caller& caller) {
      const std::uint64_t now = caller.process().space->map().counters().total * page_bytes;
      caller.process().limits.set(Resource::address_space, {.soft = now + pages * page_bytes});
      caller.process().limits_changed();
      RandomProgram program((Prng(7)));
      EXPECT_EQ(program.run(caller, 150, false), 0);
      EXPECT_EQ(broken(caller), "");
    });
  }
}

}  // namespace signalbox::process_heap_property_test
