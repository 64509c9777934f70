#include "kernel/task/oom_score.hpp"

#include <gtest/gtest.h>

#include "tests/support/memory_machine.hpp"

namespace signalbox::oom_score_test {

Credentials user() {
  Credentials credentials;
  credentials.effective_user = UserId(1000);
  return credentials;
}

TEST(OomScoreAdj, IsFromMinusAThousandToAThousand) {
  Process process(Pid(2), nullptr);
  EXPECT_EQ(set_oom_score_adj(process, -1001, Credentials()).error(), Errno::einval);
  EXPECT_EQ(set_oom_score_adj(process, 1001, Credentials()).error(), Errno::einval);
  EXPECT_TRUE(set_oom_score_adj(process, 1000, Credentials()));
  EXPECT_TRUE(set_oom_score_adj(process, -1000, Credentials()));
  EXPECT_EQ(process.oom_score_adj, -1000);
}

// __set_oom_adj: without CAP_SYS_RESOURCE one may give up what one has, and take back no more than one was given.
TEST(OomScoreAdj, WithoutPrivilegeItGoesNoLowerThanItWasAllowed) {
  Process process(Pid(2), nullptr);
  EXPECT_EQ(set_oom_score_adj(process, -1, user()).error(), Errno::eacces);
  EXPECT_TRUE(set_oom_score_adj(process, 300, user()));
  EXPECT_TRUE(set_oom_score_adj(process, 0, user()));
  EXPECT_TRUE(set_oom_score_adj(process, -500, Credentials()));
  EXPECT_TRUE(set_oom_score_adj(process, 0, user()));
  EXPECT_TRUE(set_oom_score_adj(process, -500, user()));
  EXPECT_EQ(set_oom_score_adj(process, -501, user()).error(), Errno::eacces);
}

TEST(OomScoreAdj, IsInheritedByChildren) {
  Process parent(Pid(2), nullptr);
  ASSERT_TRUE(set_oom_score_adj(parent, -300, Credentials()));
  Process child(Pid(3), &parent);
  EXPECT_EQ(child.oom_score_adj, -300);
  EXPECT_TRUE(set_oom_score_adj(child, -300, user()));
  EXPECT_EQ(set_oom_score_adj(child, -301, user()).error(), Errno::eacces);
}

TEST(OomCandidate, CountsWhatTheProcessWouldGiveBack) {
  MachineFixture fixture(with_memory());
  fixture.spawn([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 64);
    const OomCandidate before = oom_candidate(caller.process());
    EXPECT_FALSE(before.is_exempt);
    for (std::uint64_t page = 0; page < 64; ++page) memory.store(word_of(at, page), page);
    ASSERT_TRUE(set_oom_score_adj(caller.process(), 7, Credentials()));
    const OomCandidate after = oom_candidate(caller.process());
    EXPECT_EQ(after.resident_pages, before.resident_pages + 64);
    EXPECT_GT(after.table_pages, before.table_pages);
    EXPECT_EQ(after.adjustment, 7);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(OomCandidate, WithoutMemoryOfItsOwnIsExempt) {
  const Process kernel_thread(Pid(2), nullptr);
  EXPECT_TRUE(oom_candidate(kernel_thread).is_exempt);
}

}  // namespace signalbox::oom_score_test
