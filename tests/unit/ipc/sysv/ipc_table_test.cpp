#include "ipc/sysv/ipc_table.hpp"

#include <gtest/gtest.h>

#include <set>

namespace signalbox::ipc_table_test {

struct AnyObject final : IpcObject {
  using IpcObject::IpcObject;
};
const Credentials root;
const auto no_more_wanted = [](const AnyObject&) -> Result<void> { return {}; };

struct Table {
  explicit Table(std::size_t most = 4) : objects(most) {}

  Result<std::int32_t> get(IpcKey key, std::uint32_t flags, const Credentials& who = root) {
    return objects.get(key, flags, who, no_more_wanted, [&]() -> Result<std::unique_ptr<AnyObject>> {
      return std::make_unique<AnyObject>(key, flags, who, Instant());
    });
  }

  IpcTable<AnyObject> objects;
};

TEST(IpcTable, KeysNameOneObjectAndPrivateAlwaysMakes) {
  Table table;
  EXPECT_EQ(table.get(7, 0600).error(), Errno::enoent);
  const std::int32_t id = table.get(7, ipc_create | 0600).value();
  EXPECT_EQ(table.get(7, 0600).value(), id);
  EXPECT_EQ(table.get(7, ipc_create | ipc_exclusive | 0600).error(), Errno::eexist);
  EXPECT_NE(table.get(ipc_private, 0600).value(), table.get(ipc_private, 0600).value());
  EXPECT_EQ(table.objects.count(), 3U);
}

TEST(IpcTable, AFullOneIsEnospcUntilSomebodyRemoves) {
  Table table;
  std::int32_t last = 0;
  for (int i = 0; i < 4; ++i) last = table.get(ipc_private, 0600).value();
  EXPECT_EQ(table.get(ipc_private, 0600).error(), Errno::enospc);
  table.objects.remove(last);
  EXPECT_TRUE(table.get(ipc_private, 0600).has_value());
}

TEST(IpcTable, AnIdentifierIsNeverThatOfAnotherSoon) {
  Table table;
  std::set<std::int32_t> seen;
  for (int i = 0; i < 1'000; ++i) {
    const std::int32_t id = table.get(9, ipc_create | 0600).value();
    EXPECT_TRUE(seen.insert(id).second) << id;
    EXPECT_TRUE(table.objects.find(id).has_value());
    table.objects.remove(id);
    EXPECT_EQ(table.objects.find(id).error(), Errno::einval);
  }
}

// What Linux 6.18 answered for queues in a namespace of their own.
TEST(IpcTable, PlacesGoRoundInACycleThatGrowsWithWhatIsThere) {
  Table table(32'000);
  for (std::int32_t i = 0; i < 70; ++i) {
    const std::int32_t id = table.get(ipc_private, 0600).value();
    EXPECT_EQ(id, i < 64 ? i : 32'768 + i - 64);
    table.objects.remove(id);
  }
  for (std::int32_t i = 0; i < 70; ++i) EXPECT_EQ(table.get(ipc_private, 0600).value(), 32'774 + i);
  for (std::int32_t i = 10; i < 20; ++i) table.objects.remove(32'774 + i);
  for (std::int32_t i = 0; i < 25; ++i) EXPECT_EQ(table.get(ipc_private, 0600).value(), 32'844 + i);
}

TEST(IpcTable, AForgottenKeyIsFreeAndTheIdentifierGoesOn) {
  Table table;
  const std::int32_t id = table.get(9, ipc_create | 0600).value();
  AnyObject& object = **table.objects.find(id);
  table.objects.forget_key(object);
  EXPECT_EQ(table.get(9, 0600).error(), Errno::enoent);
  EXPECT_EQ(*table.objects.find(id), &object);
  EXPECT_NE(table.get(9, ipc_create | 0600).value(), id);
}

TEST(IpcTable, WhatNobodyHasIsEinval) {
  Table table;
  EXPECT_EQ(table.objects.find(-1).error(), Errno::einval);
  EXPECT_EQ(table.objects.find(0).error(), Errno::einval);
  EXPECT_EQ(table.objects.find(40'000).error(), Errno::einval);
}

}  // namespace signalbox::ipc_table_test
