#pragma once

#include <cstdint>
#include <utility>

#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/task/pager.hpp"
#include "kernel/task/user_memory.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox {

inline constexpr std::uint64_t kib = 1024;
inline constexpr std::uint64_t mib = 1024 * kib;

// A machine with memory: 16 MiB unless said otherwise, swap if it is asked for, places not drawn.
inline MachineOptions with_memory(std::uint64_t bytes = 16 * mib, std::uint64_t swap_bytes = 0) {
  MachineOptions options;
  options.config.memory.emplace();
  options.config.memory->main.bytes = bytes;
  options.config.memory->main.swap_bytes = swap_bytes;
  options.config.memory->main.randomises = false;
  options.config.memory->disk = {.latency = 100_us, .transfer = 10_us};
  return options;
}

// Private memory, as a program asks for it.
inline VirtAddr map_pages(Caller& caller, std::uint64_t pages, std::uint32_t flags = map_private | map_anonymous,
                          std::uint32_t prot = prot_read | prot_write) {
  const std::int64_t at = call(caller, call_number::mmap, VirtAddr(), pages * page_bytes, prot, flags, -1, 0);
  EXPECT_GT(at, 0);
  return VirtAddr(static_cast<std::uint64_t>(at));
}

// Word `index` of a page.
inline Uptr<std::uint64_t> word_of(VirtAddr at, std::uint64_t page, std::uint64_t index = 0) {
  return Uptr<std::uint64_t>(at + page * page_bytes + index * 8);
}
// A program that writes to each of so many new pages, twice over: with fewer frames, all go to swap and come back.
inline void write_pages_twice(Caller& caller, std::uint64_t pages) {
  UserMemory memory(caller);
  const VirtAddr at = map_pages(caller, pages);
  for (int pass = 0; pass < 2; ++pass) {
    for (std::uint64_t page = 0; page < pages; ++page) memory.store(word_of(at, page), page);
  }
}

// The body of a process's only thread, on a machine of its own with these calls.
template <class Body>
void run_body(const MachineOptions& options, SyscallTable calls, Body body) {
  MachineFixture fixture(options, std::move(calls));
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    body(caller);
    reached.mark();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}
// The same on one with memory and the kernel's calls.
template <class Body>
void in_memory(Body body, const MachineOptions& options = with_memory()) {
  run_body(options, all_kernel_calls(), std::move(body));
}

}  // namespace signalbox
