#include "kernel/task/process_table.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/no_host.hpp"

namespace signalbox::process_table_test {

class ProcessTableTest : public testing::Test {
 protected:
  Process& make_process(Process* parent) { return **table.create_process(parent); }
  Thread& make_thread(Process& process) { return **table.create_thread(process, host); }

  NoHost host;
  ProcessTable table;
  Process& init = make_process(nullptr);
};

TEST_F(ProcessTableTest, FirstProcessIsNumberOneAndThreadsShareTheNumbers) {
  EXPECT_EQ(init.pid, Pid(1));
  Process& second = make_process(&init);
  EXPECT_EQ(second.pid, Pid(2));
  EXPECT_EQ(make_thread(second).tid, Tid(2)) << "the first thread has the process's";
  EXPECT_EQ(make_thread(second).tid, Tid(3));
  EXPECT_EQ(make_process(&init).pid, Pid(4));
}

TEST_F(ProcessTableTest, NumbersGoUpBeforeTheyAreUsedAgain) {
  Process& second = make_process(&init);
  table.destroy(second);
  EXPECT_EQ(make_process(&init).pid, Pid(3));
}

TEST_F(ProcessTableTest, NumberWithoutFirstThreadStaysTheProcesses) {
  Process& second = make_process(&init);
  Thread& leader = make_thread(second);
  Thread& other = make_thread(second);
  EXPECT_EQ(second.leader(), &leader);
  table.destroy(leader);
  EXPECT_EQ(second.leader(), nullptr) << "the other one is not the first";
  EXPECT_EQ(table.find_thread(Tid(2)), nullptr);
  EXPECT_EQ(table.find_process(Pid(2)), &second);
  EXPECT_EQ(table.thread_count(), 1U);
  table.destroy(other);
  EXPECT_EQ(table.thread_count(), 0U);
}

TEST_F(ProcessTableTest, FindsWhatIsThereOnly) {
  Process& second = make_process(&init);
  Thread& thread = make_thread(second);
  Thread& more = make_thread(second);
  EXPECT_EQ(table.find_process(Pid(2)), &second);
  EXPECT_EQ(table.find_thread(Tid(2)), &thread);
  EXPECT_EQ(table.find_thread(Tid(3)), &more);
  EXPECT_EQ(table.find_process(Pid(3)), nullptr) << "a thread's number";
  for (const std::int32_t number : {0, -1, 4, 4'194'304}) {
    EXPECT_EQ(table.find_process(Pid(number)), nullptr);
    EXPECT_EQ(table.find_thread(Tid(number)), nullptr);
  }
}

TEST_F(ProcessTableTest, VisitsInOrderAndMayDestroyWhatItVisits) {
  Process& second = make_process(&init);
  make_thread(second);
  make_thread(second);
  make_process(&init);
  std::vector<int> visited;
  table.for_each_thread([&](Thread& thread) {
    visited.push_back(thread.tid.value());
    table.destroy(thread);
  });
  EXPECT_EQ(visited, (std::vector{2, 3}));
  visited.clear();
  table.for_each_process([&](Process& process) {
    visited.push_back(process.pid.value());
    if (&process != &init) table.destroy(process);
  });
  EXPECT_EQ(visited, (std::vector{1, 2, 4}));
  EXPECT_TRUE(init.children.empty());
}

TEST_F(ProcessTableTest, NumbersRunOutAndComeBack) {
  std::vector<Thread*> threads;
  while (true) {
    const auto made = table.create_thread(init, host);
    if (!made.has_value()) {
      EXPECT_EQ(made.error(), Errno::eagain);
      break;
    }
    threads.push_back(*made);
    if (threads.size() > 4'194'304) FAIL() << "more threads than numbers";
  }
  EXPECT_EQ(threads.size(), 4'194'303U);
  EXPECT_EQ(table.create_process(&init).error(), Errno::eagain);
  table.destroy(*threads[1000]);
  const auto again = table.create_thread(init, host);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ((*again)->tid, Tid(1001)) << "the only one free, behind the wrap";
}

TEST_F(ProcessTableTest, ChildInheritsFromItsParent) {
  init.group = ProcessGroupId(8);
  init.session = SessionId(9);
  init.credentials.real_user = UserId(10);
  init.limits.set(Resource::cpu, {1, 2});
  init.is_subreaper = true;
  const Process& child = make_process(&init);
  EXPECT_EQ(child.group, ProcessGroupId(8));
  EXPECT_EQ(child.session, SessionId(9));
  EXPECT_EQ(child.credentials.real_user, UserId(10));
  EXPECT_EQ(child.limits.get(Resource::cpu), (ResourceLimit{1, 2}));
  EXPECT_FALSE(child.is_subreaper);
  EXPECT_EQ(&init.children.front(), &child);
}

TEST_F(ProcessTableTest, NumberThatIsWithdrawnIsTheNext) {
  table.withdraw(make_process(&init));
  EXPECT_EQ(make_process(&init).pid, Pid(2));
}

}  // namespace signalbox::process_table_test
