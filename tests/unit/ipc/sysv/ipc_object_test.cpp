#include "ipc/sysv/ipc_object.hpp"

#include <gtest/gtest.h>

namespace signalbox::ipc_object_test {

struct AnyObject final : IpcObject {
  using IpcObject::IpcObject;
};

Credentials somebody(std::uint32_t user, std::uint32_t group, std::vector<GroupId> others = {}) {
  return {UserId(user), UserId(user), UserId(user), GroupId(group), GroupId(group), GroupId(group), std::move(others)};
}

TEST(IpcObject, OwnersClassThenGroupsThenOthersDecides) {
  const AnyObject object(1, 0640, somebody(10, 20), Instant());
  EXPECT_TRUE(object.check(somebody(10, 99), ipc_may_read | ipc_may_write).has_value());
  EXPECT_TRUE(object.check(somebody(11, 20), ipc_may_read).has_value());
  EXPECT_TRUE(object.check(somebody(11, 21, {GroupId(20)}), ipc_may_read).has_value());
  EXPECT_EQ(object.check(somebody(11, 20), ipc_may_write).error(), Errno::eacces);
  EXPECT_EQ(object.check(somebody(11, 21), ipc_may_read).error(), Errno::eacces);
  EXPECT_TRUE(object.check(somebody(0, 0), ipc_may_write).has_value()) << "the privileged may all";
  const AnyObject closed_to_owner(1, 0066, somebody(10, 20), Instant());
  EXPECT_EQ(closed_to_owner.check(somebody(10, 20), ipc_may_read).error(), Errno::eacces);
}

TEST(IpcObject, NothingAskedForIsGranted) {
  const AnyObject object(1, 0, somebody(10, 20), Instant());
  EXPECT_TRUE(object.check(somebody(11, 21), 0).has_value());
}

TEST(IpcObject, MakerStaysAnOwner) {
  AnyObject object(1, 0600, somebody(10, 20), Instant());
  object.set_permissions({.user = 30, .group = 40, .mode = 07644}, Instant() + 5_s);
  EXPECT_TRUE(object.check_owner(somebody(10, 1)).has_value());
  EXPECT_TRUE(object.check_owner(somebody(30, 1)).has_value());
  EXPECT_EQ(object.check_owner(somebody(20, 1)).error(), Errno::eperm);
  EXPECT_EQ(object.record().mode, 0644U);
  EXPECT_EQ(object.record().maker_user, 10U);
  EXPECT_EQ(object.changed, Instant() + 5_s);
}

}  // namespace signalbox::ipc_object_test
