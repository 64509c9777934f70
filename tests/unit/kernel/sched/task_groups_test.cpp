#include "kernel/sched/task_groups.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signalbox {
namespace {

TaskGroupSpec spec(const char* path, std::uint32_t weight = 100) { return {.path = path, .weight = weight}; }

TEST(TaskGroups, WithoutAnyThereIsTheRoot) {
  const TaskGroups groups;
  EXPECT_TRUE(groups.has_root_only());
  EXPECT_EQ(groups.find("/"), TaskGroupId());
  EXPECT_EQ(groups[TaskGroupId()].parent, TaskGroupId());
}

TEST(TaskGroups, GroupsOnTheWayAreMadeAndParentsComeFirst) {
  const std::vector specs{spec("/a/b/c", 7), spec("/a", 300), spec("/d")};
  const TaskGroups groups(specs);
  ASSERT_EQ(groups.size(), 5U);
  const TaskGroup& c = groups[groups.find("/a/b/c").value()];
  const TaskGroup& b = groups[c.parent];
  EXPECT_EQ(b.spec.path, "/a/b");
  EXPECT_EQ(groups[b.parent].spec, specs[1]);
  EXPECT_EQ(c.spec.weight, 7U);
  for (const TaskGroup& group : groups.all()) EXPECT_LE(group.parent, group.id);
  EXPECT_EQ(groups.find("/e"), std::nullopt);
}

// kernel/sched/core.c, cpu_weight_write_u64: rounded to the nearest.
TEST(TaskGroups, SharesAreThousandTwentyFourAtTheDefaultWeight) {
  const std::vector specs{spec("/a"), spec("/b", 1), spec("/c", 10'000)};
  const TaskGroups groups(specs);
  EXPECT_EQ(groups[groups.find("/a").value()].shares(), 1024U);
  EXPECT_EQ(groups[groups.find("/b").value()].shares(), 10U);
  EXPECT_EQ(groups[groups.find("/c").value()].shares(), 102'400U);
}

TEST(TaskGroups, PathsBeginWithASlashAndHaveNoEmptyPart) {
  for (const char* path : {"/", "/a", "/a/b"}) EXPECT_TRUE(is_group_path(path)) << path;
  for (const char* path : {"", "a", "/a/", "//", "/a//b"}) EXPECT_FALSE(is_group_path(path)) << path;
  EXPECT_FALSE(is_group_path("/" + std::string(4096, 'a')));
}

}  // namespace
}  // namespace signalbox
