#pragma once

#include <string>

#include "tests/support/memory_machine.hpp"

namespace signalbox {

// The status that a process ends with whose only thread runs `body`.
template <class Body>
WaitStatus status_of(Body body, std::string* line = nullptr) {
  MachineFixture fixture(with_memory());
  WaitStatus status;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t child = fork(caller, [&](Caller& inner) {
      body(inner);
      return 0;
    });
    status = WaitStatus::from_raw(wait_for(caller, child));
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  if (line != nullptr && !fixture.machine().aborts().empty()) *line = fixture.machine().aborts().front().what;
  return status;
}

}  // namespace signalbox
