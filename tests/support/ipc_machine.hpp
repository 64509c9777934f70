#pragma once

#include "ipc/all_calls.hpp"
#include "tests/support/file_machine.hpp"

namespace signalbox {

// The body of a process's only thread, on a machine of its own with memory and every call there is.
template <class Body>
void in_ipc(Body body) {
  run_body(with_memory(), all_calls(), std::move(body));
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
  return read_by(caller, call_number::read, fd, bytes);
}

}  // namespace signalbox
