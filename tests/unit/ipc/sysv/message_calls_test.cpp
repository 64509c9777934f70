#include "ipc/sysv/message_calls.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "ipc/sysv/message_queue.hpp"
#include "tests/support/ipc_machine.hpp"

// msgget(2), msgop(2), msgctl(2); each rule of them is a program in tests/conformance/rules/MSG.
namespace signalbox::message_calls_test {

namespace nr = call_number;

struct Note {
  std::int64_t type = 1;
  char text[8192] = {};
};

std::int64_t send(Caller& caller, std::int64_t queue, std::int64_t type, std::string_view text) {
  Note note{.type = type};
  text.copy(note.text, text.size());
  return call(caller, nr::msgsnd, queue, &note, text.size(), 0);
}
std::string receive(Caller& caller, std::int64_t queue, std::int64_t type) {
  Note note;
  const std::int64_t length = call(caller, nr::msgrcv, queue, &note, sizeof note.text, type, 0);
  return length < 0 ? "!" + std::to_string(-length) : std::string(note.text, static_cast<std::size_t>(length));
}

TEST(MessageCalls, AMessageGoesToWhoWaitsForIt) {
  in_ipc([](Caller& caller) {
    const std::int64_t queue = call(caller, nr::msgget, 0, 0600);
    const std::int64_t child = fork(caller, [queue](Caller& inner) {
      EXPECT_EQ(receive(inner, queue, 3), "for you");
      EXPECT_EQ(inner.now(), Instant() + 1_ms);
    });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(send(caller, queue, 2, "for nobody"), 0);
    EXPECT_EQ(send(caller, queue, 3, "for you"), 0);
    EXPECT_EQ(wait_for(caller, child), 0);
    EXPECT_EQ(receive(caller, queue, 0), "for nobody");
  });
}

TEST(MessageCalls, SendersWaitForRoomAndRemovalTellsAll) {
  in_ipc([](Caller& caller) {
    const std::int64_t queue = call(caller, nr::msgget, 0, 0600);
    const std::string half(8192, 'x');
    EXPECT_EQ(send(caller, queue, 1, half), 0);
    EXPECT_EQ(send(caller, queue, 1, half), 0);
    const std::int64_t waits = fork(caller, [queue](Caller& inner) { EXPECT_EQ(send(inner, queue, 1, "more"), 0); });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(receive(caller, queue, 0), half);
    EXPECT_EQ(wait_for(caller, waits), 0);
    const std::int64_t told = fork(caller, [queue](Caller& inner) { EXPECT_EQ(receive(inner, queue, 9), "!43"); });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(call(caller, nr::msgctl, queue, 0, nullptr), 0);
    EXPECT_EQ(wait_for(caller, told), 0);
  });
}

// It was woken for room, and before it runs the queue is gone and its place another's.
TEST(MessageCalls, AWokenSenderOfARemovedQueueIsTold) {
  in_ipc([](Caller& caller) {
    const std::int64_t queue = call(caller, nr::msgget, 0, 0600);
    const std::string half(8192, 'x');
    for (int i = 0; i < 2; ++i) EXPECT_EQ(send(caller, queue, 1, half), 0);
    const std::int64_t told =
        fork(caller, [queue](Caller& inner) { EXPECT_EQ(send(inner, queue, 1, "more"), failed(Errno::eidrm)); });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(receive(caller, queue, 0), half);
    EXPECT_EQ(call(caller, nr::msgctl, queue, 0, nullptr), 0);
    const std::int64_t other = call(caller, nr::msgget, 0, 0600);
    EXPECT_EQ(wait_for(caller, told), 0);
    EXPECT_EQ(call(caller, nr::msgrcv, other, nullptr, 10, 0, ipc_no_wait), failed(Errno::enomsg));
  });
}

TEST(MessageCalls, SendersThatHaveNoRoomSleepOn) {
  in_ipc([](Caller& caller) {
    const std::int64_t queue = call(caller, nr::msgget, 0, 0600);
    EXPECT_EQ(send(caller, queue, 1, std::string(8192, 'x')), 0);
    EXPECT_EQ(send(caller, queue, 2, std::string(8092, 'x')), 0);
    EXPECT_EQ(send(caller, queue, 3, std::string(100, 'x')), 0);
    const std::int64_t large =
        fork(caller, [queue](Caller& inner) { EXPECT_EQ(send(inner, queue, 4, std::string(8192, 'y')), 0); });
    sleep_for(caller, 1_ms);
    const std::int64_t small = fork(caller, [queue](Caller& inner) {
      EXPECT_EQ(send(inner, queue, 5, std::string(100, 'z')), 0);
      EXPECT_EQ(inner.now(), Instant() + 2_ms);
    });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(receive(caller, queue, 3).size(), 100U);
    EXPECT_EQ(wait_for(caller, small), 0);
    EXPECT_EQ(receive(caller, queue, 1).size(), 8192U);
    EXPECT_EQ(wait_for(caller, large), 0);
  });
}

TEST(MessageCalls, WhatDoesNotReachTheCallerIsLost) {
  in_ipc([](Caller& caller) {
    const std::int64_t queue = call(caller, nr::msgget, 0, 0600);
    EXPECT_EQ(send(caller, queue, 1, "lost"), 0);
    EXPECT_EQ(call(caller, nr::msgrcv, queue, nullptr, 10, 0, 0), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::msgrcv, queue, nullptr, 10, 0, ipc_no_wait), failed(Errno::enomsg));
    EXPECT_EQ(call(caller, nr::msgsnd, queue, nullptr, 10, 0), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::msgctl, queue, 7, nullptr), failed(Errno::einval));
  });
}

}  // namespace signalbox::message_calls_test
