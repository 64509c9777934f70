#include "kernel/calls/transfer.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_machine.hpp"

namespace signalbox::transfer_test {

TEST(Transfer, PlacesAreSignedNumbers) {
  EXPECT_TRUE(check_end(0, OpenFile::most_offset).has_value());
  EXPECT_EQ(check_end(1, OpenFile::most_offset).error(), Errno::einval);
}

TEST(Transfer, AProgramsMemoryEnds) {
  in_memory([](Caller& caller) {
    const std::uint64_t end = caller.process().space->map().layout().end.value();
    EXPECT_TRUE(check_range(caller, VirtAddr(end - 1), 1).has_value());
    EXPECT_EQ(check_range(caller, VirtAddr(end - 1), 2).error(), Errno::efault);
    EXPECT_EQ(check_range(caller, VirtAddr(end + 1), 0).error(), Errno::efault);
  });
}

TEST(Transfer, WhatIsMovedTakesTime) {
  in_memory([](Caller& caller) {
    const std::int64_t number = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    const OpenFileRef file = caller.process().descriptors.get(Fd(static_cast<std::int32_t>(number))).value();
    const Instant begin = caller.now();
    EXPECT_EQ(end_transfer(caller, *file, TransferWay::read, 1 << 20U).value(), 1U << 20U);
    EXPECT_EQ(caller.now() - begin, caller.kernel().costs().copy_per_kib * 1024);
  });
}

}  // namespace signalbox::transfer_test
