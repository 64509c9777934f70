#include "kernel/task/user_memory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <string>

#include "tests/support/memory_machine.hpp"

namespace signalbox::user_memory_test {

// The last word that fits into the first of two pages, less so many bytes.
Uptr<std::uint64_t> at_the_end(VirtAddr pages, std::uint64_t less) {
  return Uptr<std::uint64_t>(pages + (page_bytes - 8 + less));
}

TEST(UserMemory, PointersCountInObjects) {
  const Uptr<std::uint32_t> pointer(VirtAddr(0x1000));
  EXPECT_EQ((pointer + 3).at(), VirtAddr(0x100c));
  EXPECT_EQ(pointer.as<std::uint8_t>().at(), pointer.at());
  EXPECT_TRUE(Uptr<int>().is_null());
  EXPECT_LT(pointer, pointer + 1);
}

TEST(UserMemory, WordsMayCrossAPagesEnd) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 2);
    memory.store(at_the_end(at, 3), 0x1122334455667788);
    EXPECT_EQ(memory.load(at_the_end(at, 3)), 0x1122334455667788U);
    EXPECT_EQ(memory.fetch_add(at_the_end(at, 3), 1), 0x1122334455667788U);
    EXPECT_EQ(memory.load(at_the_end(at, 3)), 0x1122334455667789U);
  });
}

TEST(UserMemory, AtomicInstructionsAnswerWhatWasThere) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const Uptr<std::uint32_t> at(map_pages(caller, 1));
    EXPECT_EQ(memory.exchange(at, 5), 0U);
    EXPECT_EQ(memory.compare_exchange(at, 4, 9), 5U);
    EXPECT_EQ(memory.load(at), 5U);
    EXPECT_EQ(memory.compare_exchange(at, 5, 9), 5U);
    EXPECT_EQ(memory.load(at), 9U);
  });
}

// Nobody comes between the read and the write, however often the threads change.
TEST(UserMemory, CountersOfManyThreadsLoseNothing) {
  MachineOptions options = with_memory();
  options.policy = "round_robin:quantum=3us";
  options.config.topology = Topology::uniform(3);
  options.config.costs.memory_access = 1_ns;
  in_memory(
      [](Caller& caller) {
        const Uptr<std::uint64_t> counter(map_pages(caller, 1));
        std::array<std::int64_t, 4> threads{};
        for (std::int64_t& thread : threads) {
          thread = create_thread(caller, [counter](Caller& other) {
            UserMemory memory(other);
            for (int i = 0; i < 20'000; ++i) memory.fetch_add(counter, 1);
          });
        }
        for (const std::int64_t thread : threads) EXPECT_EQ(join(caller, thread), 0);
        EXPECT_EQ(UserMemory(caller).load(counter), 80'000U);
      },
      options);
}

// A span is paid for as its pages are one by one: the time that passes is the same.
TEST(UserMemory, SpansTakeTheTimeOfTheirPages) {
  MachineOptions options = with_memory();
  options.config.costs.memory_access = 1_ns;
  in_memory(
      [](Caller& caller) {
        UserMemory memory(caller);
        const VirtAddr at = map_pages(caller, 8);
        const auto walk = [&](bool in_spans) {
          const Instant begun = caller.now();
          std::size_t done = 0;
          while (done < 8 * page_bytes) {
            const std::size_t most = 8 * page_bytes - done;
            done +=
                (in_spans ? memory.span(at + done, most, Access::write) : memory.run(at + done, most, Access::write))
                    .size();
          }
          memory.spend(ThreadMemory::block);
          return caller.now() - begun;
        };
        walk(false);
        walk(false);
        const Duration by_page = walk(false);
        EXPECT_EQ(walk(true), by_page);
      },
      options);
}

TEST(UserMemory, BytesMoveAcrossPages) {
  in_memory([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 3) + 100;
    std::vector<std::byte> written(2 * page_bytes);
    for (std::size_t i = 0; i < written.size(); ++i) written[i] = static_cast<std::byte>(i * 7);
    memory.write(at, written);
    std::vector<std::byte> found(written.size());
    memory.read(at, found);
    EXPECT_EQ(found, written);
    EXPECT_EQ(memory.run(at, 10'000, Access::read).size(), page_bytes - 100);
    std::vector<std::byte> copied(written.size());
    EXPECT_TRUE(copy_from_user(caller, at, copied).has_value());
    EXPECT_EQ(copied, written);
  });
}

TEST(UserMemory, StringsEndWithAZeroWithinTheirLimit) {
  in_memory([](Caller& caller) {
    const VirtAddr at = map_pages(caller, 2) + (page_bytes - 3);
    constexpr std::string_view text = "hello";
    ASSERT_TRUE(copy_to_user(caller, at, std::as_bytes(std::span(text))).has_value());
    std::array<char, 6> into{};
    EXPECT_EQ(string_from_user(caller, at, into).value(), "hello");
    EXPECT_EQ(string_from_user(caller, at, std::span(into).first(5)).error(), Errno::enametoolong);
  });
}

TEST(UserMemory, WhatACopyCostsIsItsPrice) {
  MachineOptions options = with_memory();
  options.config.costs.copy_per_kib = 100_ns;
  in_memory(
      [](Caller& caller) {
        const VirtAddr at = map_pages(caller, 1);
        const std::array<std::byte, 2048> bytes{};
        const Instant begin = caller.now();
        EXPECT_TRUE(copy_to_user(caller, at, bytes).has_value());
        EXPECT_EQ(caller.now() - begin, 200_ns);
      },
      options);
}

TEST(UserMemory, WithoutMemoryEveryAddressIsBad) {
  in_a_process([](Caller& caller) {
    std::array<std::byte, 8> bytes{};
    EXPECT_EQ(copy_from_user(caller, VirtAddr(0x1000), bytes).error(), Errno::efault);
    EXPECT_EQ(copy_to_user(caller, VirtAddr(0x1000), bytes).error(), Errno::efault);
    EXPECT_EQ(string_from_user(caller, VirtAddr(0x1000), std::span<char>()).error(), Errno::efault);
  });
}

// A destructor may run when its process has been killed: it does not wait for pages any more.
TEST(UserMemory, AThreadThatUnwindsReadsZeroWhereItWouldHaveToWait) {
  in_memory([](Caller& caller) {
    const VirtAddr bad(0x10);
    std::uint64_t found = 1;
    const std::int64_t child = fork(caller, [&](Caller& inner) {
      struct AtEnd {
        Caller& caller;
        VirtAddr at;
        std::uint64_t& found;
        ~AtEnd() { found = UserMemory(caller).load(Uptr<std::uint64_t>(at)); }
      } const at_end{inner, bad, found};
      UserMemory(inner).load(Uptr<int>(bad));
    });
    EXPECT_EQ(wait_for(caller, child), 11);
    EXPECT_EQ(found, 0U);
  });
}

}  // namespace signalbox::user_memory_test
