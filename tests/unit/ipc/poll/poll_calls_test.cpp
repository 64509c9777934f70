#include "ipc/poll/poll_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/ipc_machine.hpp"

// poll(2), select(2)
namespace signalbox::poll_calls_test {

namespace nr = call_number;

struct Asked {
  std::int32_t fd = -1;
  std::uint16_t events = 0;
  std::uint16_t told = 0;
};

TEST(PollCalls, ASleeperIsWokenByTheFirstThatIsReady) {
  in_ipc([](Caller& caller) {
    const PipeNumbers one = new_pipe(caller);
    const PipeNumbers two = new_pipe(caller);
    const std::int64_t child = fork(caller, [two](Caller& inner) {
      sleep_for(inner, 5_ms);
      EXPECT_EQ(write_text(inner, two.out(), "x"), 1);
      return 0;
    });
    const Instant before = caller.now();
    std::array<Asked, 2> asked{{{one.ends[0], 1, 0}, {two.ends[0], 1, 0}}};
    EXPECT_EQ(call(caller, nr::poll, asked.data(), 2, 1'000), 1);
    EXPECT_EQ(caller.now() - before, 5_ms);
    EXPECT_EQ(asked[0].told, 0);
    EXPECT_EQ(asked[1].told, 1);
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

TEST(PollCalls, TimeoutsAreExact) {
  in_ipc([](Caller& caller) {
    const PipeNumbers pipe = new_pipe(caller);
    std::array<Asked, 1> asked{{{pipe.ends[0], 1, 0}}};
    const Instant before = caller.now();
    EXPECT_EQ(call(caller, nr::poll, asked.data(), 1, 20), 0);
    EXPECT_EQ(caller.now() - before, 20_ms);
    EXPECT_EQ(call(caller, nr::poll, asked.data(), 1, 0), 0);
    EXPECT_EQ(caller.now() - before, 20_ms);
    EXPECT_EQ(call(caller, nr::poll, asked.data(), 5'000, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::poll, nullptr, 1, 0), failed(Errno::efault));
  });
}

TEST(PollCalls, SelectTellsSetsAndTimeLeft) {
  in_ipc([](Caller& caller) {
    const PipeNumbers pipe = new_pipe(caller);
    std::uint64_t in = 1U << pipe.in();
    std::uint64_t out = 1U << pipe.out();
    std::array<std::int64_t, 2> time{2, 5};
    EXPECT_EQ(call(caller, nr::select, 5, &in, &out, nullptr, time.data()), 1);
    EXPECT_EQ(in, 0U);
    EXPECT_EQ(out, 1U << pipe.out());
    EXPECT_EQ(time, (std::array<std::int64_t, 2>{2, 5}));
    in = 1U << 20U;  // nothing stands there
    EXPECT_EQ(call(caller, nr::select, 30, &in, nullptr, nullptr, time.data()), failed(Errno::ebadf));
    EXPECT_EQ(call(caller, nr::select, -1, nullptr, nullptr, nullptr, nullptr), failed(Errno::einval));
  });
}

}  // namespace signalbox::poll_calls_test
