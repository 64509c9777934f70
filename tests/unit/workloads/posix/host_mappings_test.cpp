#include "workloads/posix/host_mappings.hpp"

#include <gtest/gtest.h>

namespace signalbox::host_mappings_test {

TEST(HostMappings, HasRoomUntilThereAreMany) {
  HostMappings mappings;
  EXPECT_TRUE(mappings.has_room());
  mappings.replace(0, HostMappings::most);
  EXPECT_FALSE(mappings.has_room());
  mappings.replace(10, 9);
  EXPECT_TRUE(mappings.has_room());
}

}  // namespace signalbox::host_mappings_test
