#include "kernel/task/credentials.hpp"

#include <gtest/gtest.h>

namespace signalbox::credentials_test {

Credentials user(std::uint32_t real, std::uint32_t effective, std::uint32_t saved) {
  Credentials credentials;
  credentials.real_user = UserId(real);
  credentials.effective_user = UserId(effective);
  credentials.saved_user = UserId(saved);
  return credentials;
}

TEST(Credentials, EffectiveUserZeroIsPrivileged) {
  EXPECT_TRUE(user(5, 0, 5).is_privileged());
  EXPECT_FALSE(user(0, 5, 0).is_privileged());
}

TEST(Credentials, SignalsGoFromRealOrEffectiveToRealOrSaved) {
  EXPECT_TRUE(may_signal(user(5, 0, 5), user(9, 9, 9))) << "privileged";
  EXPECT_TRUE(may_signal(user(5, 6, 7), user(5, 1, 1)));
  EXPECT_TRUE(may_signal(user(5, 6, 7), user(1, 1, 5)));
  EXPECT_TRUE(may_signal(user(5, 6, 7), user(6, 1, 1)));
  EXPECT_TRUE(may_signal(user(5, 6, 7), user(1, 1, 6)));
  EXPECT_FALSE(may_signal(user(5, 6, 7), user(1, 5, 1))) << "the target's effective user does not count";
  EXPECT_FALSE(may_signal(user(5, 6, 7), user(7, 7, 7))) << "the sender's saved user does not count";
}

}  // namespace signalbox::credentials_test
