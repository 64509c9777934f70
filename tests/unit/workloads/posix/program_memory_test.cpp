#include "workloads/posix/program_memory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>

#include "kernel/exec/host_bytes.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/mmap.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "tests/support/compiled_run.hpp"

namespace signalbox::program_memory_test {

class ProgramMemoryTest : public testing::Test {
 protected:
  std::unique_ptr<ProgramMemory> begin() {
    const std::string path = compile_c(folder_, "p", "int main(void) { return 0; }");
    auto world = std::make_shared<ProgramWorld>(folder_.path(""));
    return ProgramMemory::begin(std::make_shared<ProgramFamily>(path, std::move(world)));
  }
  static std::uint64_t map_page(ProgramMemory& memory, std::uint32_t flags = map_private | map_anonymous) {
    const Result<Mapped> mapped = mmap(memory.map(), {.bytes = page_bytes, .flags = flags});
    EXPECT_TRUE(memory.open({mapped->at, mapped->at + page_bytes}).has_value());
    return mapped->at.value();
  }
  static void put(std::uint64_t at, int value) {
    std::memcpy(host_bytes(at, sizeof value).data(), &value, sizeof value);
  }
  static int get(std::uint64_t at) {
    int value = 0;
    std::memcpy(&value, host_bytes(at, sizeof value).data(), sizeof value);
    return value;
  }
  // What the host lets a program do there, asked by calls that cannot fault.
  enum class Touch : std::uint8_t { faults, reads, writes };
  static Touch access(std::uint64_t at) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    std::byte* const byte = host_bytes(at, 1).data();
    const bool can_read = write(ends[1], byte, 1) == 1;
    if (!can_read) {
      EXPECT_EQ(write(ends[1], "", 1), 1);
    }
    std::byte before = can_read ? *byte : std::byte{};
    const bool can_write = can_read && read(ends[0], byte, 1) == 1;
    if (can_write) {
      EXPECT_EQ(*byte, before);
    }
    close(ends[0]);
    close(ends[1]);
    return can_write ? Touch::writes : can_read ? Touch::reads : Touch::faults;
  }

 private:
  TestFolder folder_;
};

TEST_F(ProgramMemoryTest, RelativesHaveTheirOwnBytesAtOneAddress) {
  const auto parent = begin();
  const std::uint64_t at = map_page(*parent);
  put(at, 1);
  const auto child = parent->fork().value();
  put(at, 2);
  child->make_resident();
  EXPECT_EQ(get(at), 1) << "as it was at the fork";
  put(at, 3);
  parent->make_resident();
  EXPECT_EQ(get(at), 2);
  child->make_resident();
  EXPECT_EQ(get(at), 3);
}

TEST_F(ProgramMemoryTest, PagesThatOnlyARelativeTouchedReadAsZeros) {
  const auto parent = begin();
  const std::uint64_t at = map_page(*parent);
  auto child = parent->fork().value();
  put(at, 5);
  child->make_resident();
  EXPECT_EQ(get(at), 0);
  put(at, 6);
  child.reset();
  parent->make_resident();
  EXPECT_EQ(get(at), 5);
}

TEST_F(ProgramMemoryTest, MappingsMadeAfterTheForkMayFallOnTheSameAddress) {
  const auto parent = begin();
  const auto child = parent->fork().value();
  const std::uint64_t at = map_page(*parent);
  put(at, 7);
  child->make_resident();
  ASSERT_EQ(map_page(*child), at) << "each has the address free";
  EXPECT_EQ(get(at), 0);
  put(at, 8);
  parent->make_resident();
  EXPECT_EQ(get(at), 7);
  child->make_resident();
  EXPECT_EQ(get(at), 8);
}

TEST_F(ProgramMemoryTest, SharedMappingsStayOneMemory) {
  const auto parent = begin();
  const std::uint64_t at = map_page(*parent, map_shared | map_anonymous);
  const auto child = parent->fork().value();
  put(at, 9);
  child->make_resident();
  EXPECT_EQ(get(at), 9);
  put(at, 10);
  parent->make_resident();
  EXPECT_EQ(get(at), 10);
}

// Not even a swap may touch a relative's page by the rights of another.
TEST_F(ProgramMemoryTest, EachRelativeHasTheRightsThatItGaveItself) {
  const auto parent = begin();
  const std::uint64_t at = map_page(*parent);
  put(at, 1);
  auto child = parent->fork().value();
  child->make_resident();
  put(at, 2);
  ASSERT_TRUE(mprotect(child->map(), VirtAddr(at), page_bytes, prot_none).has_value());
  parent->make_resident();
  EXPECT_EQ(get(at), 1);
  put(at, 3);
  const auto grandchild = child->fork();
  child->make_resident();
  EXPECT_EQ(access(at), Touch::faults);
  EXPECT_TRUE(munmap(child->map(), VirtAddr(at), page_bytes).has_value());
  parent->make_resident();
  EXPECT_EQ(get(at), 3);
  EXPECT_EQ(access(at), Touch::writes);
  ASSERT_TRUE(mprotect(parent->map(), VirtAddr(at), page_bytes, prot_read).has_value());
  EXPECT_EQ(access(at), Touch::reads);
  child.reset();
  parent->make_resident();
  EXPECT_EQ(get(at), 3);
}

TEST_F(ProgramMemoryTest, WhatOnlyARelativeHasCannotBeTouched) {
  const auto parent = begin();
  const auto child = parent->fork().value();
  const std::uint64_t at = map_page(*parent);
  const std::uint64_t shared = map_page(*parent, map_shared | map_anonymous);
  put(at, 4);
  child->make_resident();
  EXPECT_EQ(access(at), Touch::faults);
  EXPECT_EQ(access(shared), Touch::faults);
  parent->make_resident();
  EXPECT_EQ(get(at), 4);
  EXPECT_EQ(access(shared), Touch::writes);
}

TEST_F(ProgramMemoryTest, SharedMappingsMadeAfterTheForkAreEachOnesOwn) {
  const auto parent = begin();
  const auto child = parent->fork().value();
  const std::uint64_t at = map_page(*parent, map_shared | map_anonymous);
  put(at, 11);
  child->make_resident();
  ASSERT_EQ(map_page(*child, map_shared | map_anonymous), at);
  EXPECT_EQ(get(at), 0);
  put(at, 12);
  const auto grandchild = child->fork().value();
  parent->make_resident();
  EXPECT_EQ(get(at), 11);
  grandchild->make_resident();
  EXPECT_EQ(get(at), 12);
  put(at, 13);
  child->make_resident();
  EXPECT_EQ(get(at), 13);
}

TEST_F(ProgramMemoryTest, APrivateAndASharedMappingAtOneAddressKeepTheirBytes) {
  const auto parent = begin();
  const auto child = parent->fork().value();
  const std::uint64_t at = map_page(*parent);
  put(at, 1);
  child->make_resident();
  ASSERT_EQ(map_page(*child, map_shared | map_anonymous), at);
  put(at, 2);
  parent->make_resident();
  EXPECT_EQ(get(at), 1);
  put(at, 3);
  child->make_resident();
  EXPECT_EQ(get(at), 2);
  parent->make_resident();
  EXPECT_EQ(get(at), 3);
}

TEST_F(ProgramMemoryTest, AChildHasNotWhatForkLeavesOut) {
  const auto parent = begin();
  const std::uint64_t left_out = map_page(*parent);
  const std::uint64_t wiped = map_page(*parent);
  put(left_out, 5);
  put(wiped, 6);
  ASSERT_TRUE(madvise(parent->map(), VirtAddr(left_out), page_bytes, madv_dontfork).has_value());
  ASSERT_TRUE(madvise(parent->map(), VirtAddr(wiped), page_bytes, madv_wipeonfork).has_value());
  const auto child = parent->fork().value();
  child->make_resident();
  EXPECT_EQ(access(left_out), Touch::faults);
  EXPECT_EQ(get(wiped), 0);
  parent->make_resident();
  EXPECT_EQ(get(left_out), 5);
  EXPECT_EQ(get(wiped), 6);
}

TEST_F(ProgramMemoryTest, PagesOfTheImageCanBeGivenUp) {
  const auto parent = begin();
  const auto data = host_address(parent->family().program().data().data());
  const auto child = parent->fork().value();
  child->make_resident();
  ASSERT_TRUE(munmap(child->map(), VirtAddr(data), page_bytes).has_value());
  EXPECT_EQ(access(data), Touch::faults);
  parent->make_resident();
  EXPECT_EQ(access(data), Touch::writes);
  child->make_resident();
  EXPECT_EQ(access(data), Touch::faults);
}

TEST_F(ProgramMemoryTest, UnmappedPagesAreNobodysAndWhatARelativeHasStays) {
  const auto parent = begin();
  const std::uint64_t at = map_page(*parent);
  put(at, 4);
  const auto child = parent->fork().value();
  EXPECT_TRUE(munmap(parent->map(), VirtAddr(at), page_bytes).has_value());
  EXPECT_EQ(parent->reachable(at, 8, Access::read), 0U);
  EXPECT_EQ(child->reachable(at, 8, Access::read), 8U);
  child->make_resident();
  EXPECT_EQ(get(at), 4);
}

TEST_F(ProgramMemoryTest, VmasDescribeImageAndStack) {
  const auto memory = begin();
  const std::uint64_t top = memory->map().layout().stack_top.value();
  EXPECT_EQ(memory->reachable(top - 16, 64, Access::write), 16U);
  EXPECT_EQ(memory->reachable(top - ProgramMemory::stack_bytes - 1, 1, Access::read), 0U) << "the guard";
  const auto data = host_address(memory->family().program().data().data());
  EXPECT_EQ(memory->reachable(data, 8, Access::write), 8U);
  EXPECT_EQ(memory->traced(top - 8), (std::uint64_t{4} << 30U) - 8) << "the same wherever the window is";
}

constexpr std::string_view odd_children = R"(#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static _Alignas(4096) char data[8192];
extern char signalbox_image[]; // where its edges are counted
char *map(int flags) { return mmap(0, 8192, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0); }
static void child(int how, char *page, char *late) {
  if (how == 0) { mprotect(page, 4096, PROT_NONE); if (fork() == 0) _exit(0); wait(0); sched_yield(); *page = 1; }
  if (how == 1) { mprotect(page, 4096, PROT_READ); sched_yield(); munmap(page, 8192); _exit(*data); }
  if (how == 2) { mprotect(data, 4096, PROT_NONE); for (int i = 0; i < 9; ++i) sched_yield(); _exit(0); }
  if (how == 3) *late = 1;
  if (how == 4) { munmap(data, 4096); sched_yield(); _exit(data[0]); }
  if (how == 5) { char *same = map(MAP_SHARED); if (fork() == 0) { *same = 7; _exit(same != late); } wait(0); _exit(*same); }
  if (how == 6) { mprotect((void *)((unsigned long)signalbox_image & ~4095UL), 4096, PROT_NONE); sched_yield(); _exit(0); }
  _exit(0);
}
int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  char *page = map(MAP_PRIVATE);
  page[0] = data[0] = 3;
  for (int how = 0; how < 7; ++how) {
    int status;
    pid_t pid = fork();
    if (pid == 0) { sched_yield(); child(how, page, page - 8192); }
    char *late = map(MAP_SHARED);
    *late = 5;
    sched_yield();
    waitpid(pid, &status, 0);
    printf("%d/%d ", WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status), *late + page[0] + data[0]);
    munmap(late, 8192);
  }
  return 0;
})";

// What programs do with their rights and mappings ends them, or nobody.
TEST(ProgramsWithRelatives, LiveAndDieByTheirOwnMappings) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c(odd_children, {.policy = "round_robin:quantum=3us"});
  EXPECT_EQ(run.output, "-11/11 3/11 0/11 -11/11 -11/11 7/11 -11/11 ");
  EXPECT_EQ(run.end, RunEnd::finished);
}

// A relative without the mapping runs between one that has written and one that has not yet read.
TEST(ProgramsWithRelatives, FindZerosWhateverWasThereBeforeAThird) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c(R"(#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (fork() == 0) { usleep(3000); printf("%d\n", page[4096]); return 0; }
  if (fork() == 0) { munmap(page, 8192); usleep(2000); return 0; }
  usleep(1000);
  page[4096] = 7;
  while (wait(0) > 0);
  printf("%d\n", page[4096]);
})");
  EXPECT_EQ(run.output, "0\n7\n");
}

// Whichever thread runs after one that has forbidden the header: it could not come back from the kernel.
TEST(ProgramsWithThreads, DieTogetherWithoutTheirHeader) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  constexpr auto source = R"(#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
extern char signalbox_image[];
static void *yield(void *unused) { for (;;) sched_yield(); return unused; }
int main(void) {
  pthread_t other;
  pthread_create(&other, 0, yield, 0);
  for (int i = 0; i < 100; ++i) sched_yield();
  mprotect((void *)((unsigned long)signalbox_image & ~4095UL), 4096, PROT_READ);
  for (;;) sched_yield();
})";
  for (const char* policy : {"round_robin:quantum=1us", "eevdf", "random"}) {
    for (const unsigned cpus : {1U, 2U}) {
      const CompiledRun run = run_c(source, {.policy = policy, .cpus = cpus, .limit = 10_ms});
      EXPECT_EQ(run.status, WaitStatus::killed_by(11)) << policy << " on " << cpus;
      EXPECT_EQ(run.end, RunEnd::finished) << policy << " on " << cpus;
    }
  }
}

}  // namespace signalbox::program_memory_test
