#include "kernel/mm/space/commit_account.hpp"

#include <gtest/gtest.h>

#include "tests/support/address_maps.hpp"

namespace signalbox::commit_account_test {

TEST(CommitAccount, HeuristicRefusesOnlyOneThatIsLargerThanAll) {
  CommitAccount account({.ram_pages = 100, .swap_pages = 20});
  EXPECT_TRUE(account.charge(120, {}));
  EXPECT_TRUE(account.charge(120, {}));
  EXPECT_EQ(errno_of(account.charge(121, {})), Errno::enomem);
  EXPECT_EQ(account.committed_pages(), 240U);
}

TEST(CommitAccount, AlwaysRefusesNothing) {
  CommitAccount account({.mode = OvercommitMode::always, .ram_pages = 1});
  EXPECT_TRUE(account.charge(1'000'000, {}));
}

TEST(CommitAccount, NeverCountsAllPromises) {
  CommitAccount account({.mode = OvercommitMode::never,
                         .ram_pages = 1100,
                         .huge_pages = 100,
                         .swap_pages = 50,
                         .admin_reserve_pages = 0,
                         .user_reserve_pages = 0});
  EXPECT_EQ(account.limit_pages(), 550U);
  EXPECT_TRUE(account.charge(500, {}));
  EXPECT_EQ(errno_of(account.charge(50, {})), Errno::enomem) << "the limit itself is out of reach";
  EXPECT_TRUE(account.charge(49, {}));
  account.release(549);
  EXPECT_EQ(account.committed_pages(), 0U);
}

TEST(CommitAccount, NeverKeepsReserves) {
  CommitAccount account(
      {.mode = OvercommitMode::never, .ram_pages = 1000, .admin_reserve_pages = 100, .user_reserve_pages = 50});
  EXPECT_EQ(errno_of(account.charge(400, {})), Errno::enomem);
  EXPECT_TRUE(account.charge(399, {}));
  account.release(399);
  EXPECT_TRUE(account.charge(499, {.is_admin = true}));
  account.release(499);
  // A process keeps a 32nd of its size free for others, at most the reserve.
  EXPECT_EQ(errno_of(account.charge(499, {.total_pages = 320, .is_admin = true})), Errno::enomem);
  EXPECT_TRUE(account.charge(489, {.total_pages = 320, .is_admin = true}));
  account.release(489);
  EXPECT_TRUE(account.charge(449, {.total_pages = 1'000'000, .is_admin = true}));
}

TEST(CommitAccountDeathTest, MoreGivenBackThanPromised) {
  CommitAccount account({.ram_pages = 1});
  EXPECT_DEATH(account.release(1), "promised");
}

}  // namespace signalbox::commit_account_test
