#include "kernel/fs/descriptor_table.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_rig.hpp"

namespace signalbox::descriptor_table_test {

using OnExec = DescriptorTable::OnExec;
constexpr std::uint64_t limit = 4;

struct Table : FileRig {
  OpenFileRef file = open("/dev/null", o_rdwr);
  DescriptorTable table;
};

TEST(DescriptorTable, GivesTheLowestFreeNumber) {
  Table rig;
  for (int number = 0; number < 4; ++number)
    EXPECT_EQ(rig.table.add(rig.file, OnExec::keep, limit).value(), Fd(number));
  EXPECT_FALSE(rig.table.has_room(limit));
  EXPECT_EQ(refused(rig.table.add(rig.file, OnExec::keep, limit)), Errno::emfile);
  EXPECT_EQ(rig.table.remove(Fd(1)).value(), rig.file);
  EXPECT_EQ(rig.table.add(rig.file, OnExec::keep, limit).value(), Fd(1));
  rig.table.remove(Fd(0)).value();
  EXPECT_EQ(refused(rig.table.add(rig.file, OnExec::keep, limit, 1)), Errno::emfile);
  EXPECT_EQ(rig.table.add(rig.file, OnExec::keep, limit + 1, 1).value(), Fd(4));
}

TEST(DescriptorTable, NothingStandsForNoFile) {
  Table rig;
  for (const int number : {-1, 0, 7}) {
    EXPECT_EQ(refused(rig.table.get(Fd(number))), Errno::ebadf);
    EXPECT_EQ(refused(rig.table.remove(Fd(number))), Errno::ebadf);
    EXPECT_EQ(refused(rig.table.on_exec(Fd(number))), Errno::ebadf);
    EXPECT_EQ(refused(rig.table.set_on_exec(Fd(number), OnExec::close)), Errno::ebadf);
  }
  EXPECT_EQ(refused(rig.table.replace(Fd(-1), rig.file, OnExec::keep, limit)), Errno::ebadf);
  EXPECT_EQ(refused(rig.table.replace(Fd(4), rig.file, OnExec::keep, limit)), Errno::ebadf);
}

TEST(DescriptorTable, ReplacesWhatWasThere) {
  Table rig;
  const OpenFileRef other = rig.open("/dev/zero", o_rdwr);
  EXPECT_EQ(rig.table.replace(Fd(2), rig.file, OnExec::close, limit).value(), nullptr);
  EXPECT_EQ(rig.table.replace(Fd(2), other, OnExec::keep, limit).value(), rig.file);
  EXPECT_EQ(rig.table.get(Fd(2)).value(), other);
  EXPECT_EQ(rig.table.on_exec(Fd(2)).value(), OnExec::keep);
}

TEST(DescriptorTable, ACopySharesTheOpenFiles) {
  Table rig;
  rig.table.add(rig.file, OnExec::close, limit).value();
  rig.table.add(rig.file, OnExec::keep, limit).value();
  DescriptorTable copy = rig.table;
  rig.table.close_on_exec();
  EXPECT_EQ(rig.table.size(), 1U);
  rig.table.close_all();
  EXPECT_EQ(copy.get(Fd(0)).value(), rig.file);
  EXPECT_EQ(copy.size(), 2U);
}

}  // namespace signalbox::descriptor_table_test
