#include "kernel/calls/attribute_calls.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "kernel/calls/user_types.hpp"
#include "tests/support/file_machine.hpp"

namespace signalbox::attribute_calls_test {

namespace nr = call_number;

FileStat stat_of(Caller& caller, const char* path) {
  FileStat told;
  EXPECT_EQ(call(caller, nr::lstat, path, &told), 0);
  return told;
}

TEST(AttributeCalls, TheTimeOfAChangeIsKept) {
  in_memory([](Caller& caller) {
    open_path(caller, "/tmp/f", o_rdwr | o_creat);
    sleep_for(caller, 2_s);
    EXPECT_EQ(call(caller, nr::chmod, "/tmp/f", 0600), 0);
    EXPECT_EQ(stat_of(caller, "/tmp/f").changed.seconds, 2);
    EXPECT_EQ(stat_of(caller, "/tmp/f").modified.seconds, 0);
  });
}

TEST(AttributeCalls, TimesCanBeSetOneByOne) {
  in_memory([](Caller& caller) {
    const std::int64_t fd = open_path(caller, "/tmp/f", o_rdwr | o_creat);
    sleep_for(caller, 5_s);
    const std::array first{TimeSpec{100, 7}, TimeSpec{0, utime_omit}};
    EXPECT_EQ(call(caller, nr::utimensat, at_fdcwd, "/tmp/f", first.data(), 0), 0);
    EXPECT_EQ(stat_of(caller, "/tmp/f").accessed, (TimeSpec{100, 7}));
    EXPECT_EQ(stat_of(caller, "/tmp/f").modified, (TimeSpec{0, 0}));
    EXPECT_EQ(call(caller, nr::utimensat, fd, nullptr, nullptr, 0), 0);
    EXPECT_EQ(stat_of(caller, "/tmp/f").modified.seconds, 5);
    const std::array bad{TimeSpec{0, 1'000'000'000}, TimeSpec{0, 0}};
    EXPECT_EQ(call(caller, nr::utimensat, at_fdcwd, "/tmp/f", bad.data(), 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::utimensat, at_fdcwd, "/tmp/none", bad.data(), 0), failed(Errno::enoent));
    const std::array neither{TimeSpec{0, utime_omit}, TimeSpec{0, utime_omit}};
    EXPECT_EQ(call(caller, nr::utimensat, at_fdcwd, "/tmp/none", neither.data(), 0), 0);
    const std::array far{TimeSpec{std::numeric_limits<std::int64_t>::max(), 0}, TimeSpec{0, utime_now}};
    EXPECT_EQ(call(caller, nr::utimensat, at_fdcwd, "/tmp/f", far.data(), 0), 0);
    EXPECT_GT(stat_of(caller, "/tmp/f").accessed.seconds, 9'000'000'000);
  });
}

TEST(AttributeCalls, TimesOfAnothersFileNeedTheRightToWrite) {
  in_memory([](Caller& caller) {
    open_path(caller, "/tmp/f", o_rdwr | o_creat, 0644);
    open_path(caller, "/tmp/g", o_rdwr | o_creat, 0644);
    EXPECT_EQ(call(caller, nr::chmod, "/tmp/g", 0666), 0);
    EXPECT_EQ(call(caller, nr::setuid, 1'000), 0);
    const std::array given{TimeSpec{1, 0}, TimeSpec{1, 0}};
    EXPECT_EQ(call(caller, nr::utimensat, at_fdcwd, "/tmp/f", nullptr, 0), failed(Errno::eacces));
    EXPECT_EQ(call(caller, nr::utimensat, at_fdcwd, "/tmp/g", nullptr, 0), 0);
    EXPECT_EQ(call(caller, nr::utimensat, at_fdcwd, "/tmp/g", given.data(), 0), failed(Errno::eperm));
  });
}

TEST(AttributeCalls, AccessAsksForTheRealUser) {
  in_memory([](Caller& caller) {
    open_path(caller, "/tmp/f", o_rdwr | o_creat, 0600);
    EXPECT_EQ(call(caller, nr::access, "/tmp/f", 6), 0);
    EXPECT_EQ(call(caller, nr::access, "/tmp/f", 1), failed(Errno::eacces));  // nobody may execute it
    caller.process().credentials.real_user = UserId(1'000);
    EXPECT_EQ(call(caller, nr::access, "/tmp/f", 4), failed(Errno::eacces));
    EXPECT_GE(open_path(caller, "/tmp/f", o_rdonly), 0);
  });
}

}  // namespace signalbox::attribute_calls_test
