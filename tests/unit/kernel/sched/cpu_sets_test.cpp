// Documentation/admin-guide/cgroup-v2.rst, cpuset.cpus.effective.
#include "kernel/sched/cpu_sets.hpp"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>

namespace signalbox::cpu_sets_test {

CpuMask cpus(std::initializer_list<unsigned> numbers) {
  CpuMask mask;
  for (const unsigned number : numbers) mask.set(CpuId(static_cast<CpuId::Value>(number)));
  return mask;
}

class CpuSetsTest : public ::testing::Test {
 protected:
  CpuMask of(std::string_view path) { return affinities_.asked(sets_.of(groups_.find(path).value())); }
  CpuMask effective(const CpuMask& asked, std::string_view path) {
    return affinities_.asked(sets_.effective(affinities_.intern(asked), groups_.find(path).value()));
  }

  AffinityTable affinities_{4};
  TaskGroups groups_{std::array{TaskGroupSpec{.path = "/a", .cpus = cpus({0, 1})},
                                TaskGroupSpec{.path = "/a/inner", .cpus = cpus({1, 2})},
                                TaskGroupSpec{.path = "/a/other", .cpus = cpus({3})}, TaskGroupSpec{.path = "/b"}}};
  CpuSets sets_{groups_, affinities_};
};

TEST_F(CpuSetsTest, GroupHasWhatItNamesAsFarAsTheOneAboveHasIt) {
  EXPECT_EQ(of("/"), CpuMask::first(4));
  EXPECT_EQ(of("/b"), CpuMask::first(4));
  EXPECT_EQ(of("/a"), cpus({0, 1}));
  EXPECT_EQ(of("/a/inner"), cpus({1}));
  EXPECT_EQ(of("/a/other"), cpus({0, 1})) << "nothing in common: all of the one above";
}

TEST_F(CpuSetsTest, ThreadHasWhatItAskedForAsFarAsItsGroupHasIt) {
  EXPECT_EQ(effective(CpuMask::first(4), "/a"), cpus({0, 1}));
  EXPECT_EQ(effective(cpus({1, 3}), "/a"), cpus({1}));
  EXPECT_EQ(effective(cpus({2, 3}), "/a"), cpus({0, 1})) << "nothing in common: the group's";
  EXPECT_EQ(effective(cpus({2, 3}), "/b"), cpus({2, 3}));
}

TEST_F(CpuSetsTest, WithoutSetsNoMaskIsMade) {
  AffinityTable table(4);
  const TaskGroups groups(std::array{TaskGroupSpec{.path = "/a"}});
  CpuSets sets(groups, table);
  EXPECT_EQ(sets.of(TaskGroupId(1)), AffinityId());
  EXPECT_EQ(table.size(), 1U);
}

}  // namespace signalbox::cpu_sets_test
