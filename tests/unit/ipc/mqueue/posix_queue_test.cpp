#include "ipc/mqueue/posix_queue.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>

#include "kernel/fs/descriptor_table.hpp"
#include "tests/support/file_rig.hpp"

// Sleeping and waking are in queue_calls_test.
namespace signalbox::posix_queue_test {

struct Queue {
  Queue() { queue->begin({.messages = 3, .bytes = 16}); }

  Result<std::optional<PosixQueue::Notice>> send(std::int64_t priority, std::string_view text) {
    auto message = std::make_unique<Message>();
    message->type = priority;
    const auto bytes = std::as_bytes(std::span(text));
    message->text.assign(bytes.begin(), bytes.end());
    return queue->send(current, std::move(message), {.waits = false});
  }
  std::string receive() {
    const auto message = queue->receive(current, {.waits = false});
    if (!message.has_value()) return "!" + std::to_string(static_cast<int>(message.error()));
    return {reinterpret_cast<const char*>((*message)->text.data()), (*message)->text.size()};
  }

  IdleCurrent current;
  std::shared_ptr<UserQuota> quota = std::make_shared<UserQuota>(1'000'000);
  boost::intrusive_ptr<PosixQueue> queue = new PosixQueue({}, quota);
};

TEST(PosixQueue, HighestPriorityFirstThenTheOldest) {
  Queue queue;
  for (const auto& [priority, text] : {std::pair(1, "a"), {5, "b"}, {5, "c"}}) EXPECT_TRUE(queue.send(priority, text));
  EXPECT_EQ(queue.send(9, "d").error(), Errno::eagain);
  for (const std::string_view text : {"b", "c", "a"}) EXPECT_EQ(queue.receive(), text);
  EXPECT_EQ(queue.receive(), "!11");
}

TEST(PosixQueue, TellsOnceOfTheFirstMessage) {
  Queue queue;
  const DescriptorTable process;
  const DescriptorTable other;
  const PosixQueue::Notice notice{.process = &process, .pid = Pid(7), .signal = Signal::sigusr1, .value = 3};
  EXPECT_TRUE(queue.queue->set_notice(notice).has_value());
  EXPECT_EQ(queue.queue->set_notice(notice).error(), Errno::ebusy);
  queue.queue->given_up(other);
  const auto told = queue.send(1, "a");
  ASSERT_TRUE(told.has_value() && *told);
  EXPECT_EQ((*told)->pid, Pid(7));
  EXPECT_FALSE(*queue.send(1, "b")) << "it is not empty";
  queue.receive();
  queue.receive();
  EXPECT_FALSE(*queue.send(1, "c")) << "nobody asked again";
  EXPECT_TRUE(queue.queue->set_notice(notice).has_value());
  queue.queue->given_up(process);
  EXPECT_TRUE(queue.queue->set_notice(notice).has_value()) << "its process has closed a descriptor";
}

TEST(PosixQueue, IsCountedAsItsOwnersAndSaysHowItIs) {
  Queue queue;
  EXPECT_EQ(queue.quota->of(UserId()), 3U * (48 + 48 + 16));
  EXPECT_TRUE(queue.send(2, "abcde").has_value());
  const DescriptorTable process;
  EXPECT_TRUE(queue.queue->set_notice({.process = &process, .pid = Pid(42), .signal = Signal::sigusr1}).has_value());
  TestBytes bytes(80, 80);
  EXPECT_EQ(queue.queue->read(queue.current, bytes, {}).value(), 60U);
  EXPECT_EQ(bytes.text().substr(0, 60), "QSIZE:5          NOTIFY:0     SIGNO:10    NOTIFY_PID:42    \n");
  queue.queue->attributes.user = UserId(7);
  queue.queue.reset();
  EXPECT_EQ(queue.quota->of(UserId()) + queue.quota->of(UserId(7)), 0U) << "whoever has it now, it was root's";
}

}  // namespace signalbox::posix_queue_test
