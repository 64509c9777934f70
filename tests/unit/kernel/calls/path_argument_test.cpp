#include "kernel/calls/path_argument.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_machine.hpp"

namespace signalbox::path_argument_test {

TEST(PathArgument, APathEndsWithItsZeroInTime) {
  EXPECT_EQ(path_from(PathPointer::to("a/b")).value(), "a/b");
  EXPECT_EQ(path_from(PathPointer()).error(), Errno::efault);
  std::string text(4096, 'x');
  EXPECT_EQ(path_from(PathPointer::to(text.c_str())).error(), Errno::enametoolong);
  text.resize(4095);
  EXPECT_EQ(path_from(PathPointer::to(text.c_str())).value(), text);
}

TEST(PathArgument, TheEmptyPathIsTheOpenFileWhereItMayBe) {
  in_memory([](Caller& caller) {
    const Fd fd(static_cast<std::int32_t>(open_path(caller, "/tmp/f", o_rdwr | o_creat)));
    const FileRef file = file_at(caller, fd, PathPointer::to(""), at_empty_path).value();
    EXPECT_EQ(file->kind(), FileKind::regular);
    EXPECT_EQ(file_at(caller, fd, PathPointer::to("")).error(), Errno::enoent);
    EXPECT_EQ(file_at(caller, fd, PathPointer::to("x")).error(), Errno::enotdir);
    EXPECT_EQ(file_at(caller, Fd(77), PathPointer::to("x")).error(), Errno::ebadf);
    EXPECT_EQ(file_at(caller, Fd(at_fdcwd), PathPointer::to(""), at_empty_path).value(), caller.process().folder);
    EXPECT_EQ(file_at(caller, Fd(77), PathPointer::to("/tmp/f")).value(), file);
  });
}

}  // namespace signalbox::path_argument_test
