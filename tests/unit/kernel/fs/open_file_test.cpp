#include "kernel/fs/open_file.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_rig.hpp"

namespace signalbox::open_file_test {

TEST(OpenFile, TransfersMoveItsPlace) {
  FileRig rig;
  const OpenFileRef file = rig.open("/tmp/f", o_rdwr | o_creat);
  EXPECT_EQ(rig.write(*file, "abcdef"), 6U);
  EXPECT_EQ(rig.read(*file, 3), "");
  EXPECT_EQ(file->seek(1, seek_set).value(), 1U);
  EXPECT_EQ(rig.read(*file, 3), "bcd");
  EXPECT_EQ(rig.read(*file, 9), "ef");
  EXPECT_EQ(file->seek(0, seek_cur).value(), 6U);
}

TEST(OpenFile, OtherPlacesLeaveItWhereItIs) {
  FileRig rig;
  const OpenFileRef file = rig.open("/tmp/f", o_rdwr | o_creat);
  TestBytes text("xyz");
  EXPECT_EQ(file->write_at(rig.current, text, 2).value(), 3U);
  TestBytes read(3, 3);
  EXPECT_EQ(file->read_at(rig.current, read, 3).value(), 2U);
  EXPECT_EQ(read.text(), "yz.");
  EXPECT_EQ(file->seek(0, seek_cur).value(), 0U);
}

TEST(OpenFile, AFailedTransferDoesNotMoveIt) {
  FileRig rig;
  const OpenFileRef file = rig.open("/tmp/f", o_rdwr | o_creat);
  TestBytes bad(10, 4);
  EXPECT_EQ(file->write(rig.current, bad).value(), 4U);
  EXPECT_EQ(file->seek(0, seek_cur).value(), 4U);
  TestBytes worse(10, 0);
  EXPECT_EQ(refused(file->write(rig.current, worse)), Errno::efault);
  EXPECT_EQ(file->seek(0, seek_cur).value(), 4U);
}

TEST(OpenFile, SeeksAsFarAsThereAreNumbers) {
  FileRig rig;
  const OpenFileRef file = rig.open("/tmp/f", o_rdwr | o_creat);
  rig.write(*file, "abc");
  constexpr std::int64_t most = 0x7fff'ffff'ffff'ffff;
  EXPECT_EQ(refused(file->seek(-1, seek_set)), Errno::einval);
  EXPECT_EQ(refused(file->seek(-4, seek_end)), Errno::einval);
  EXPECT_EQ(refused(file->seek(most, seek_end)), Errno::einval);
  EXPECT_EQ(refused(file->seek(0, 5)), Errno::einval);
  EXPECT_EQ(file->seek(most, seek_set).value(), static_cast<std::uint64_t>(most));
  EXPECT_EQ(file->seek(2, seek_data).value(), 2U);
  EXPECT_EQ(file->seek(2, seek_hole).value(), 3U);
  EXPECT_EQ(refused(file->seek(3, seek_data)), Errno::enxio);
  EXPECT_EQ(rig.open("/dev/null", o_rdwr)->seek(77, seek_set).value(), 0U);
}

TEST(OpenFile, DoesOnlyWhatItWasOpenedFor) {
  FileRig rig;
  const OpenFileRef writer = rig.open("/tmp/f", o_wronly | o_creat);
  const OpenFileRef reader = rig.open("/tmp/f", o_rdonly);
  TestBytes bytes("x");
  EXPECT_EQ(refused(writer->read(rig.current, bytes)), Errno::ebadf);
  EXPECT_EQ(refused(reader->write(rig.current, bytes)), Errno::ebadf);
  EXPECT_EQ(refused(rig.open("/tmp", o_rdonly)->read(rig.current, bytes)), Errno::eisdir);
  EXPECT_FALSE(reader->rights().can_write);
  EXPECT_FALSE(writer->rights().can_read);
  EXPECT_TRUE(reader->rights().can_map);
  EXPECT_FALSE(rig.open("/dev/null", o_rdwr)->rights().can_map);
}

TEST(OpenFile, ItsFlagsAreWhatIsLeftOfThem) {
  FileRig rig;
  const OpenFileRef file = rig.open("/tmp/f", o_wronly | o_creat | o_trunc | o_cloexec | o_nonblock);
  EXPECT_EQ(file->flags(), o_wronly | o_nonblock | o_largefile);
  file->set_flags(o_rdwr | o_append | o_creat);
  EXPECT_EQ(file->flags(), o_wronly | o_append | o_largefile);
}

TEST(OpenFile, ItsPathTellsThatItWasDeleted) {
  FileRig rig;
  const OpenFileRef file = rig.open("/tmp/f", o_rdwr | o_creat);
  EXPECT_EQ(file->path(), "/tmp/f");
  EXPECT_TRUE(rig.files.remove(rig.root, "/tmp/f").has_value());
  EXPECT_EQ(file->path(), "/tmp/f (deleted)");
}

TEST(OpenFile, AppendingMovesItToTheEndOfWhatItAppended) {
  FileRig rig;
  const OpenFileRef file = rig.open("/tmp/f", o_rdwr | o_creat | o_append);
  const OpenFileRef other = rig.open("/tmp/f", o_wronly | o_append);
  rig.write(*other, "abc");
  EXPECT_EQ(rig.write(*file, ""), 0U);
  EXPECT_EQ(file->seek(0, seek_cur).value(), 0U);
  rig.cache.when_throttled = [&] {  // somebody else appends before this write is through
    rig.cache.when_throttled = nullptr;
    rig.write(*other, "!");
  };
  EXPECT_EQ(rig.write(*file, "def"), 3U);
  EXPECT_EQ(file->bytes(), 7U);
  EXPECT_EQ(file->seek(0, seek_cur).value(), 6U);
}

}  // namespace signalbox::open_file_test
