#include "kernel/fs/user_quota.hpp"

#include <gtest/gtest.h>

namespace signalbox::user_quota_test {

TEST(UserQuota, CountsEachUserAlone) {
  UserQuota quota(10);
  quota.add(UserId(1), 8);
  quota.add(UserId(2), 3);
  EXPECT_FALSE(quota.would_exceed(UserId(1), 2));
  EXPECT_TRUE(quota.would_exceed(UserId(1), 3));
  quota.remove(UserId(1), 8);
  EXPECT_EQ(quota.of(UserId(1)), 0U);
  EXPECT_EQ(quota.of(UserId(2)), 3U);
}

}  // namespace signalbox::user_quota_test
