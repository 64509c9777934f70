#include "ipc/poll/poll_sleeper.hpp"

#include <gtest/gtest.h>

#include "tests/support/ipc_machine.hpp"

namespace signalbox::poll_sleeper_test {

TEST(PollSleeper, HearsOfWhatItAskedForOnly) {
  in_ipc([](Caller& caller) {
    const PipeNumbers pipe = new_pipe(caller);
    const OpenFileRef in = *caller.process().descriptors.get(Fd(pipe.ends[0]));
    PollSleeper sleeper(caller);
    EXPECT_EQ(sleeper.watch(in, poll_out | poll_hup), 0U);
    EXPECT_EQ(write_text(caller, pipe.out(), "x"), 1);
    const Instant before = caller.now();
    EXPECT_EQ(sleeper.sleep(before + 3_ms).value(), true);  // up to the deadline, for it may be ready
    EXPECT_EQ(caller.now(), before + 3_ms);
    EXPECT_EQ(sleeper.sleep(before + 3_ms).value(), false);
    EXPECT_EQ(call(caller, call_number::close, pipe.out()), 0);
    EXPECT_EQ(sleeper.sleep(Instant::max()).value(), true);
    EXPECT_EQ(sleeper.ready_now(0), poll_readable | poll_hup);
  });
}

TEST(PollSleeper, KeepsItsFilesOpen) {
  in_ipc([](Caller& caller) {
    const PipeNumbers pipe = new_pipe(caller);
    {
      PollSleeper sleeper(caller);
      sleeper.watch(*caller.process().descriptors.get(Fd(pipe.ends[0])), poll_in);
      EXPECT_EQ(call(caller, call_number::close, pipe.in()), 0);
      EXPECT_EQ(write_text(caller, pipe.out(), "x"), 1);  // there is a reader
    }
    const OpenFileRef out = *caller.process().descriptors.get(Fd(pipe.ends[1]));
    EXPECT_EQ(out->file().readiness(*out) & poll_err, poll_err);
  });
}

}  // namespace signalbox::poll_sleeper_test
