#include "ipc/mqueue/queue_calls.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "kernel/calls/user_types.hpp"
#include "tests/support/ipc_machine.hpp"
#include "tests/support/native_signals.hpp"

// mq_open(2) and its relatives; each rule of them is a program in tests/conformance/rules/MQ.
namespace signalbox::queue_calls_test {

namespace nr = call_number;
using Attributes = std::array<std::int64_t, 8>;

std::int64_t open_queue(Caller& caller, const char* name, std::int64_t messages, std::uint32_t flags = 0) {
  const Attributes wanted{0, messages, 8};
  return call(caller, nr::mq_open, name, o_creat | o_rdwr | flags, 0600, &wanted);
}
std::int64_t send(Caller& caller, std::int64_t queue, const std::string& text, std::uint32_t priority = 0) {
  return call(caller, nr::mq_timedsend, queue, text.data(), text.size(), priority, nullptr);
}
std::string receive(Caller& caller, std::int64_t queue) {
  std::array<char, 8> text{};
  const std::int64_t length = call(caller, nr::mq_timedreceive, queue, text.data(), text.size(), nullptr, nullptr);
  return length < 0 ? "!" + std::to_string(-length) : std::string(text.data(), static_cast<std::size_t>(length));
}

TEST(QueueCalls, AMessageGoesToWhoHasWaitedLongest) {
  in_ipc([](Caller& caller) {
    const std::int64_t queue = open_queue(caller, "q", 2);
    std::array<std::int64_t, 2> children{};
    for (std::size_t i = 0; i < children.size(); ++i) {
      children[i] = fork(caller, [queue, i](Caller& inner) { EXPECT_EQ(receive(inner, queue), i == 0 ? "a" : "b"); });
      sleep_for(caller, 1_ms);
    }
    EXPECT_EQ(send(caller, queue, "a"), 0);
    EXPECT_EQ(send(caller, queue, "b", 9), 0);
    for (const std::int64_t child : children) EXPECT_EQ(wait_for(caller, child), 0);
  });
}

TEST(QueueCalls, ASenderWaitsForRoomAndAKilledOneLeavesNothing) {
  in_ipc([](Caller& caller) {
    const std::int64_t queue = open_queue(caller, "q", 1);
    EXPECT_EQ(send(caller, queue, "a"), 0);
    const std::int64_t killed = fork(caller, [queue](Caller& inner) { send(inner, queue, "never"); });
    const std::int64_t waiting = fork(caller, [queue](Caller& inner) {
      EXPECT_EQ(send(inner, queue, "b"), 0);
      EXPECT_EQ(inner.now(), Instant() + 2_ms);
    });
    sleep_for(caller, 1_ms);
    send_signal(caller, killed, Signal::sigkill);
    EXPECT_EQ(wait_for(caller, killed), static_cast<int>(Signal::sigkill));
    sleep_for(caller, 1_ms);
    EXPECT_EQ(receive(caller, queue), "a");
    EXPECT_EQ(receive(caller, queue), "b");
    EXPECT_EQ(wait_for(caller, waiting), 0);
  });
}

TEST(QueueCalls, DeadlinesAreExactAndLimitsHold) {
  in_ipc([](Caller& caller) {
    const std::int64_t queue = open_queue(caller, "q", 1);
    std::array<char, 8> text{};
    const TimeSpec time{0, 2'000'000};
    const auto timed = [&](const TimeSpec* until) {
      return call(caller, nr::mq_timedreceive, queue, text.data(), text.size(), nullptr, until);
    };
    EXPECT_EQ(timed(&time), failed(Errno::etimedout));
    EXPECT_EQ(caller.now(), Instant() + 2_ms);
    EXPECT_EQ(timed(&time), failed(Errno::etimedout));
    EXPECT_EQ(caller.now(), Instant() + 2_ms);
    const TimeSpec wrong{0, 1'000'000'000};
    EXPECT_EQ(timed(&wrong), failed(Errno::einval));
    EXPECT_EQ(open_queue(caller, "large", 65'536), failed(Errno::emfile)) << "RLIMIT_MSGQUEUE";
    EXPECT_EQ(open_queue(caller, "too_large", 65'537), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::mq_open, "q", o_rdwr, 0, nullptr), queue + 1);
    EXPECT_EQ(call(caller, nr::mq_open, "a/b", o_rdwr, 0, nullptr), failed(Errno::eacces));
    EXPECT_EQ(call(caller, nr::mq_unlink, "q"), 0);
    EXPECT_EQ(call(caller, nr::mq_unlink, "q"), failed(Errno::enoent));
  });
}

}  // namespace signalbox::queue_calls_test
