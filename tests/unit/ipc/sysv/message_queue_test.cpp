#include "ipc/sysv/message_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/file_rig.hpp"

// Sleeping and waking are in message_calls_test.
namespace signalbox::message_queue_test {

const Credentials root;

struct Queue {
  IdleCurrent current;
  MessageQueue queue{ipc_private, 0600, root, Instant()};
  MessageQueue::User user{.current = current, .credentials = root, .pid = Pid(5)};

  Result<int> send(std::int64_t type, std::string_view text) {
    auto message = std::make_unique<Message>();
    message->type = type;
    const auto bytes = std::as_bytes(std::span(text));
    message->text.assign(bytes.begin(), bytes.end());
    return queue.send(user, std::move(message), false);
  }
  std::string receive(std::int64_t type, std::uint32_t flags = 0, std::size_t most = 100) {
    const auto message = queue.receive(user, MessageChoice::of(type, flags, most), false);
    if (!message.has_value()) return "!" + std::to_string(static_cast<int>(message.error()));
    return {reinterpret_cast<const char*>((*message)->text.data()), (*message)->text.size()};
  }
};

TEST(MessageQueue, EachRuleTakesItsOldest) {
  Queue queue;
  for (const auto& [type, text] : {std::pair(5, "a"), {3, "b"}, {7, "c"}, {3, "d"}, {4, "e"}})
    EXPECT_TRUE(queue.send(type, text).has_value());
  EXPECT_EQ(queue.receive(-4), "b");
  EXPECT_EQ(queue.receive(5, message_except), "c");
  EXPECT_EQ(queue.receive(0), "a");
  EXPECT_EQ(queue.receive(4), "e");
  EXPECT_EQ(queue.receive(4), "!42");
  EXPECT_EQ(queue.receive(std::numeric_limits<std::int64_t>::min()), "d");
  EXPECT_EQ(queue.queue.record_of_use().count, 0U);
  EXPECT_EQ(queue.queue.record_of_use().bytes, 0U);
}

TEST(MessageQueue, BytesAndMessagesAreBounded) {
  Queue queue;
  EXPECT_TRUE(queue.send(1, std::string(8192, 'x')).has_value());
  EXPECT_TRUE(queue.send(1, std::string(8192, 'x')).has_value());
  EXPECT_EQ(queue.send(1, "x").error(), Errno::eagain);
  queue.queue.set({}, 10, Instant());
  EXPECT_EQ(queue.send(1, "").error(), Errno::eagain);
}

TEST(MessageQueue, CopyLeavesTheMessage) {
  Queue queue;
  EXPECT_TRUE(queue.send(1, "zero").has_value());
  EXPECT_TRUE(queue.send(1, "one").has_value());
  EXPECT_EQ(queue.receive(1, message_copy), "one");
  EXPECT_EQ(queue.receive(2, message_copy), "!42");
  EXPECT_EQ(queue.receive(-1, message_copy), "!42");
  EXPECT_EQ(queue.receive(0, message_copy, 2), "!7");
  EXPECT_EQ(queue.receive(0), "zero");
}

TEST(MessageQueue, ALongMessageStaysUnlessItMayBeCut) {
  Queue queue;
  EXPECT_TRUE(queue.send(1, "0123456789").has_value());
  EXPECT_EQ(queue.receive(0, 0, 4), "!7");
  EXPECT_EQ(queue.queue.record_of_use().count, 1U);
  EXPECT_EQ(queue.receive(0, message_no_error, 4).size(), 10U) << "who takes it cuts it";
}

}  // namespace signalbox::message_queue_test
