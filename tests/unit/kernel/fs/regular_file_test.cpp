#include "kernel/fs/regular_file.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_rig.hpp"

namespace signalbox::regular_file_test {

struct OneFile : FileRig {
  FileRef file = make("/tmp/f");

  std::size_t write_at(std::uint64_t offset, std::string_view text) {
    TestBytes bytes(text);
    return file->write(current, bytes, {.offset = offset}).value_or(0);
  }
  std::string read_at(std::uint64_t offset, std::size_t most) {
    TestBytes bytes(most, most);
    const std::size_t moved = file->read(current, bytes, {.offset = offset}).value_or(0);
    return bytes.text().substr(0, moved);
  }
};

TEST(RegularFile, KeepsWhatIsWrittenAcrossPages) {
  OneFile rig;
  const std::string text(3 * page_bytes, 'x');
  EXPECT_EQ(rig.write_at(100, text), text.size());
  EXPECT_EQ(rig.file->bytes(), text.size() + 100);
  EXPECT_EQ(rig.read_at(0, 101), std::string(100, '\0') + "x");
  EXPECT_EQ(rig.read_at(100, text.size() + 5), text);
  EXPECT_EQ(rig.read_at(text.size() + 100, 5), "");
}

TEST(RegularFile, ReadsFromTheDiskWhatLeftMemory) {
  OneFile rig;
  rig.write_at(0, std::string(10 * page_bytes, 'd'));
  rig.cache.drop(rig.current, *rig.file->store());
  EXPECT_EQ(rig.file->blocks(), 80U);
  EXPECT_EQ(rig.read_at(page_bytes, 2 * page_bytes), std::string(2 * page_bytes, 'd'));
  EXPECT_EQ(rig.cache.reads, 2);
}

TEST(RegularFile, WholePagesAreWrittenWithoutBeingRead) {
  OneFile rig;
  rig.write_at(0, std::string(3 * page_bytes, 'a'));
  rig.cache.drop(rig.current, *rig.file->store());
  rig.write_at(0, std::string(page_bytes, 'b'));
  rig.write_at(2 * page_bytes, std::string(2 * page_bytes, 'b'));
  EXPECT_EQ(rig.cache.reads, 0);
  rig.write_at(page_bytes + 1, "b");
  EXPECT_EQ(rig.cache.reads, 1);
  EXPECT_EQ(rig.read_at(page_bytes, 3), "aba");
}

TEST(RegularFile, WithoutAFrameAWholePageIsReadFirst) {
  OneFile rig;
  rig.write_at(0, std::string(page_bytes, 'a'));
  rig.cache.drop(rig.current, *rig.file->store());
  rig.cache.has_no_room = true;
  EXPECT_EQ(rig.write_at(0, std::string(page_bytes, 'b')), page_bytes);
  EXPECT_EQ(rig.cache.reads, 1);
  EXPECT_EQ(rig.read_at(0, 1), "b");
}

TEST(RegularFile, BytesThatAreNotThereAreAskedFor) {
  OneFile rig;
  TestBytes bytes(std::string(2 * page_bytes, 'q'));
  bytes.make_absent_from(0);
  EXPECT_EQ(rig.file->write(rig.current, bytes, {}).value(), 2 * page_bytes);
  EXPECT_GT(bytes.made_present, 0);
  EXPECT_EQ(rig.read_at(page_bytes, 1), "q");
}

TEST(RegularFile, AFaultAfterSomeBytesIsAShortTransfer) {
  OneFile rig;
  TestBytes bad(3 * page_bytes, page_bytes);
  EXPECT_EQ(rig.file->write(rig.current, bad, {}).value(), page_bytes);
  EXPECT_EQ(rig.file->bytes(), page_bytes);
  TestBytes worse(page_bytes, 0);
  EXPECT_EQ(refused(rig.file->write(rig.current, worse, {})), Errno::efault);
  EXPECT_EQ(refused(rig.file->read(rig.current, worse, {})), Errno::efault);
  EXPECT_EQ(rig.file->bytes(), page_bytes);
}

TEST(RegularFile, TruncationLeavesZerosBehind) {
  OneFile rig;
  rig.write_at(0, std::string(2 * page_bytes, 't'));
  rig.cache.drop(rig.current, *rig.file->store());
  EXPECT_TRUE(rig.file->truncate(rig.current, 5).has_value());
  EXPECT_EQ(rig.file->blocks(), 8U);
  EXPECT_TRUE(rig.file->truncate(rig.current, 3 * page_bytes).has_value());
  EXPECT_EQ(rig.read_at(0, 3 * page_bytes), "ttttt" + std::string(3 * page_bytes - 5, '\0'));
}

// A program may have written there through a mapping.
TEST(RegularFile, WhatLayBehindTheEndIsNotSeenWhenItGrows) {
  OneFile rig;
  rig.write_at(0, "abc");
  rig.cache.find(*rig.file->store(), 0)[5] = std::byte{'!'};
  rig.write_at(8, "d");
  EXPECT_EQ(rig.read_at(0, 9), std::string("abc\0\0\0\0\0d", 9));
}

TEST(RegularFile, AppendsWhereTheEndIs) {
  OneFile rig;
  rig.write_at(0, "abc");
  TestBytes more("def");
  EXPECT_EQ(rig.file->write(rig.current, more, {.offset = 0, .flags = o_append}).value(), 3U);
  EXPECT_EQ(rig.read_at(0, 9), "abcdef");
}

TEST(RegularFile, TheLargestFileHasAnEnd) {
  OneFile rig;
  TestBytes one("x");
  EXPECT_EQ(refused(rig.file->write(rig.current, one, {.offset = RegularFile::most_bytes})), Errno::efbig);
  EXPECT_EQ(refused(rig.file->truncate(rig.current, RegularFile::most_bytes + 1)), Errno::efbig);
}

TEST(RegularFile, ReadingFailsWithoutMemory) {
  OneFile rig;
  rig.write_at(0, "abc");
  rig.cache.drop(rig.current, *rig.file->store());
  rig.cache.fails = true;
  TestBytes bytes(3, 3);
  EXPECT_EQ(refused(rig.file->read(rig.current, bytes, {})), Errno::enomem);
  EXPECT_EQ(refused(rig.file->truncate(rig.current, 1)), Errno::enomem);
  EXPECT_EQ(rig.file->bytes(), 3U);
}

TEST(RegularFile, SyncedIsOnTheDisk) {
  OneFile rig;
  rig.write_at(0, "abc");
  EXPECT_EQ(rig.file->blocks(), 0U);
  EXPECT_TRUE(rig.file->sync(rig.current).has_value());
  EXPECT_EQ(rig.file->blocks(), 8U);
}

TEST(RegularFile, AFailedWriteBeyondTheEndLeavesTheSize) {
  OneFile rig;
  rig.write_at(0, "abc");
  TestBytes bad(5, 0);
  EXPECT_EQ(refused(rig.file->write(rig.current, bad, {.offset = 3 * page_bytes + 1})), Errno::efault);
  EXPECT_EQ(refused(rig.file->write(rig.current, bad, {.offset = 10})), Errno::efault);
  EXPECT_EQ(rig.file->bytes(), 3U);
}

}  // namespace signalbox::regular_file_test
