#include "kernel/calls/transfer.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "kernel/task/caller_bytes.hpp"
#include "tests/support/file_machine.hpp"

namespace signalbox::transfer_test {

OpenFileRef new_file(Caller& caller) {
  const std::int64_t number = open_path(caller, "/tmp/f", o_rdwr | o_creat);
  return caller.process().descriptors.get(Fd(static_cast<std::int32_t>(number))).value();
}

TEST(Transfer, PlacesAreSignedNumbers) {
  in_memory([](Caller& caller) {
    const OpenFileRef file = new_file(caller);
    CallerBytes memory(caller, VirtAddr(), 0);
    const auto move = [&](TransferPlace place) {
      return move_bytes(caller, *file, TransferWay::read, place, memory, OpenFile::most_offset);
    };
    EXPECT_TRUE(move(0).has_value());
    EXPECT_EQ(move(1).error(), Errno::einval);
  });
}

TEST(Transfer, APlaceIsThereOrNot) {
  in_memory([](Caller& caller) {
    open_path(caller, "/tmp/f", o_rdwr | o_creat);
    EXPECT_EQ(place_of(caller, Fd(3), 7).value(), TransferPlace(7));
    EXPECT_EQ(place_of(caller, Fd(3), -1).error(), Errno::einval);
    EXPECT_EQ(place_of(caller, Fd(77), 0).error(), Errno::ebadf);
  });
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
    constexpr std::uint64_t mib = 1 << 20U;
    const OpenFileRef file = new_file(caller);
    EXPECT_EQ(write_text(caller, 3, std::string(mib, 'x')), std::int64_t{mib});
    const VirtAddr at = map_pages(caller, mib / page_bytes);
    UserMemory(caller).write(at, std::vector<std::byte>(mib));
    CallerBytes memory(caller, at, mib);
    const Instant begin = caller.now();
    EXPECT_EQ(move_bytes(caller, *file, TransferWay::read, 0, memory, mib).value(), mib);
    EXPECT_EQ(caller.now() - begin, caller.kernel().costs().copy_per_kib * 1024);
  });
}

}  // namespace signalbox::transfer_test
