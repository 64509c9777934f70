#include "workloads/formats/sched_trace_fields.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signalbox::sched_trace_fields_test {

std::string switched(std::string_view text) {
  const auto fields = read_switch_fields(text);
  if (!fields) return "none";
  return std::string(fields->prev_comm) + "-" + std::to_string(fields->prev_pid) + " " +
         std::to_string(fields->prev_priority) + " " + "RSE"[static_cast<int>(fields->left)] + " > " +
         std::string(fields->next_comm) + "-" + std::to_string(fields->next_pid) + " " +
         std::to_string(fields->next_priority);
}

TEST(SwitchFields, AreReadByKey) {
  EXPECT_EQ(
      switched(
          "prev_comm=make prev_pid=4993 prev_prio=120 prev_state=D ==> next_comm=swapper/1 next_pid=0 next_prio=120"),
      "make-4993 120 S > swapper/1-0 120");
}

TEST(SwitchFields, AreReadAsPluginsPrintThem) {
  EXPECT_EQ(switched("make:4993 [120] R+ ==> my: task:12 [98]"), "make-4993 120 R > my: task-12 98");
}

TEST(SwitchFields, StateTellsHowTheCpuWasLeft) {
  const auto with_state = [](const std::string& state) { return switched("a:1 [120] " + state + " ==> b:2 [120]"); };
  EXPECT_EQ(with_state("R"), "a-1 120 R > b-2 120");
  for (const char* asleep : {"S", "D", "D|K", "T", "t", "I", "P"}) EXPECT_EQ(with_state(asleep), "a-1 120 S > b-2 120");
  for (const char* ended : {"X", "Z", "x"}) EXPECT_EQ(with_state(ended), "a-1 120 E > b-2 120");
  EXPECT_EQ(with_state("?"), "none");
  EXPECT_EQ(with_state(""), "none");
}

TEST(SwitchFields, NameMayLookLikeFields) {
  EXPECT_EQ(
      switched("prev_comm=a prev_pid=9 b prev_pid=1 prev_prio=120 prev_state=R ==> next_comm=c next_pid=8 next_pid=2 "
               "next_prio=139"),
      "a prev_pid=9 b-1 120 R > c next_pid=8-2 139");
}

TEST(SwitchFields, DamagedOnesAreNone) {
  const std::string whole =
      "prev_comm=make prev_pid=4993 prev_prio=120 prev_state=D ==> next_comm=swapper/1 next_pid=0 next_prio=120";
  for (std::size_t length = 0; length + 2 < whole.size(); ++length)
    EXPECT_EQ(switched(whole.substr(0, length)), "none");
  EXPECT_EQ(switched("prev_comm=a prev_pid=-1 prev_prio=120 prev_state=R ==> next_comm=b next_pid=2 next_prio=120"),
            "none");
  EXPECT_EQ(switched("prev_comm=a prev_pid=1 prev_prio=140 prev_state=R ==> next_comm=b next_pid=2 next_prio=120"),
            "none");
}

TEST(WakeFields, AreReadInEveryDialect) {
  for (const char* text :
       {"comm=my task pid=12 prio=98 target_cpu=001", "comm=my task pid=12 prio=98 success=1 target_cpu=001",
        "my task:12 [98] success=1 CPU:001", "my task:12 [98] CPU:001", "my task:12 [98]<CPU:001>",
        "comm=my task pid=12 prio=98 orig_cpu=0 dest_cpu=1"}) {
    const auto fields = read_wake_fields(text);
    ASSERT_TRUE(fields.has_value()) << text;
    EXPECT_EQ(fields->comm, "my task");
    EXPECT_EQ(fields->pid, 12);
    EXPECT_EQ(fields->priority, 98);
    EXPECT_TRUE(fields->is_success);
  }
  EXPECT_FALSE(read_wake_fields("comm=a pid=12 prio=98 success=0 target_cpu=001")->is_success);
  EXPECT_FALSE(read_wake_fields("a:12 [98] success=0 CPU:001")->is_success);
}

TEST(WakeFields, DamagedOnesAreNone) {
  for (const char* text :
       {"", "comm=a", "comm=a pid=", "comm=a pid=12", "comm=a pid=x prio=120", "a:12", "a:x [120]"}) {
    EXPECT_FALSE(read_wake_fields(text).has_value()) << text;
  }
}

TEST(ForkFields, TellTheChild) {
  const auto fields =
      read_fork_fields("comm=a pid=1 child_comm=b child_pid=7 pid=4994 child_comm=the child child_pid=4996");
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(fields->child, 4996);
  EXPECT_EQ(fields->child_comm, "the child");
  EXPECT_FALSE(fields->is_thread);
  EXPECT_FALSE(read_fork_fields("comm=gcc child_comm=gcc child_pid=4996").has_value());
  EXPECT_FALSE(read_fork_fields("comm=gcc pid=1 child_comm=gcc child_pid=").has_value());
}

TEST(ForkFields, NewtaskTellsWhetherItIsAThread) {
  const auto thread = read_newtask_fields("pid=8 comm=a b clone_flags=3d0f00 oom_score_adj=0");
  ASSERT_TRUE(thread.has_value());
  EXPECT_EQ(thread->child, 8);
  EXPECT_EQ(thread->child_comm, "a b");
  EXPECT_TRUE(thread->is_thread);
  EXPECT_FALSE(read_newtask_fields("pid=8 comm=a clone_flags=1200000 oom_score_adj=0")->is_thread);
  EXPECT_FALSE(read_newtask_fields("pid=8 comm=a clone_flags=xyz oom_score_adj=0").has_value());
  EXPECT_FALSE(read_newtask_fields("comm=a clone_flags=0").has_value());
}

TEST(ExitPid, IsReadWithAndWithoutLaterFields) {
  EXPECT_EQ(read_exit_pid("comm=make pid=4993 prio=120 group_dead=true"), 4993);
  EXPECT_EQ(read_exit_pid("comm=make pid=4993 prio=120"), 4993);
  EXPECT_EQ(read_exit_pid("make:4993 [120]"), 4993);
  EXPECT_FALSE(read_exit_pid("comm=make").has_value());
}

}  // namespace signalbox::sched_trace_fields_test
