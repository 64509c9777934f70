#pragma once

#include "ipc/all_calls.hpp"
#include "tests/support/file_machine.hpp"

namespace signalbox {

// The body of a process's only thread, on a machine of its own with memory and every call there is.
template <class Body>
void in_ipc(Body body) {
  Simulation simulation(1);
  const SyscallTable calls = all_calls();
  Machine machine(simulation, with_memory().config, policy_of("fcfs"), calls);
  bool is_reached = false;
  EXPECT_TRUE(machine
                  .spawn(MachineFixture::request_of([&](Caller& caller) {
                    body(caller);
                    is_reached = true;
                  }))
                  .has_value());
  EXPECT_EQ(machine.run(), RunEnd::finished);
  EXPECT_TRUE(is_reached);
}

// A new pipe's two numbers.
struct PipeNumbers {
  std::array<std::int32_t, 2> ends{};
  std::int64_t in() const { return ends[0]; }
  std::int64_t out() const { return ends[1]; }
};
inline PipeNumbers new_pipe(Caller& caller, std::uint32_t flags = 0) {
  PipeNumbers made;
  EXPECT_EQ(call(caller, call_number::pipe2, made.ends.data(), flags), 0);
  return made;
}
// What is read from where no places are; "!" and the errno if nothing can be.
inline std::string read_next(Caller& caller, std::int64_t fd, std::uint64_t bytes) {
  const VirtAddr at = map_pages(caller, pages_of(page_aligned(bytes)));
  const std::int64_t got = call(caller, call_number::read, fd, at, bytes);
  if (got < 0) return "!" + std::to_string(-got);
  std::string text(static_cast<std::size_t>(got), '\0');
  UserMemory(caller).read(at, std::as_writable_bytes(std::span(text)));
  EXPECT_EQ(call(caller, call_number::munmap, at, bytes), 0);
  return text;
}

}  // namespace signalbox
