#include "ipc/all_calls.hpp"

#include <gtest/gtest.h>

#include <set>

#include "ipc/mqueue/queue_calls.hpp"
#include "ipc/pipe/pipe_calls.hpp"
#include "ipc/poll/epoll_calls.hpp"
#include "ipc/poll/eventfd_calls.hpp"
#include "ipc/poll/poll_calls.hpp"
#include "ipc/sync/sync_calls.hpp"
#include "ipc/sysv/message_calls.hpp"
#include "ipc/sysv/semaphore_calls.hpp"
#include "kernel/calls/all_calls.hpp"

namespace signalbox::all_calls_test {

TEST(AllCalls, AreTheKernelsAndThoseOfEachKindOfIpc) {
  const SyscallTable all = all_calls();
  std::size_t parts = sync_calls().size() + pipe_calls().size() + poll_calls().size() + epoll_calls().size() +
                      eventfd_calls().size() + semaphore_calls().size() + message_calls().size() +
                      posix_queue_calls().size();
  for (const auto& part : kernel_call_parts()) parts += part.size();
  EXPECT_EQ(all.rows().size(), parts);
  for (const SyscallRow& row : sync_calls()) {
    const SyscallRow* found = all.find(row.number);
    ASSERT_NE(found, nullptr) << row.name;
    EXPECT_EQ(found->name, row.name);
  }
}

TEST(AllCalls, NoTwoShareANameOrANumber) {
  const SyscallTable all = all_calls();
  std::set<std::string_view> names;
  std::set<std::uint32_t> numbers;
  for (const SyscallRow* row : all.rows()) {
    EXPECT_TRUE(names.insert(row->name).second) << row->name;
    EXPECT_TRUE(numbers.insert(row->number).second) << row->name;
  }
}

}  // namespace signalbox::all_calls_test
