#include "kernel/fs/devices.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_rig.hpp"

namespace signalbox::devices_test {

TEST(Devices, NullTakesEverythingAndHasNothing) {
  FileRig rig;
  const OpenFileRef null = rig.open("/dev/null", o_rdwr);
  TestBytes bad(10'000, 0);  // it does not look
  EXPECT_EQ(null->write(rig.current, bad).value(), 10'000U);
  EXPECT_EQ(null->read(rig.current, bad).value(), 0U);
  EXPECT_EQ(refused(null->file().sync(rig.current)), Errno::einval);
}

TEST(Devices, ZeroGivesZeros) {
  FileRig rig;
  const OpenFileRef zero = rig.open("/dev/zero", o_rdwr);
  EXPECT_EQ(rig.read(*zero, 10'000), std::string(10'000, '\0'));
  EXPECT_EQ(rig.write(*zero, "abc"), 3U);
  TestBytes half(8'192, 5'000);
  EXPECT_EQ(zero->read(rig.current, half).value(), 5'000U);
  TestBytes bad(8'192, 0);
  EXPECT_EQ(refused(zero->read(rig.current, bad)), Errno::efault);
}

}  // namespace signalbox::devices_test
