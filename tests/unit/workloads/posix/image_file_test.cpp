#include "workloads/posix/image_file.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"
#include "tests/support/error_of.hpp"
#include "workloads/posix/image_header.hpp"

namespace signalbox::image_file_test {

TEST(ImageFile, KnowsCompilerFlagsAndHash) {
  const TestFolder folder;
  const std::string path = compile_c(folder, "plain", "int main(void) { return 0; }", {"-O1", "-DX=1"});
  const ImageFile image = read_image_file(path);
  EXPECT_TRUE(image.note.compiler.starts_with("gcc ")) << image.note.compiler;
  EXPECT_EQ(image.note.flags, "-O1 -DX=1");
  EXPECT_EQ(image.hash.size(), 16U);
  EXPECT_EQ(read_image_file(compile_c(folder, "plain", "int main(void) { return 0; }", {"-O1", "-DX=1"})).hash,
            image.hash)
      << "the same source makes the same file";
}

TEST(ImageFile, AnotherVersionIsRefusedByName) {
  const TestFolder folder;
  const std::string path = compile_c(folder, "old", "int main(void) { return 0; }");
  std::string text = folder.read("old");
  const std::string version = std::to_string(SIGNALBOX_IMAGE_VERSION);
  text.replace(text.find("version=" + version), 9, "version=7");
  folder.write("old", text);
  EXPECT_EQ(error_of([&] { read_image_file(path); }),
            path + ": error: it was made for version 7 of compiled programs, this Signalbox runs version " + version +
                "; expected its source compiled again by this `signalbox cc`");
}

TEST(ImageFile, ADamagedOrForeignFileIsAnErrorAndNothingElse) {
  const TestFolder folder;
  compile_c(folder, "whole", "int main(void) { return 0; }");
  const std::string whole = folder.read("whole");
  const std::string expected = " made; expected its source compiled by `signalbox cc FILE.c -o PROG`";
  for (std::size_t bytes = 4; bytes < whole.size(); bytes += 1777) {
    const std::string path = folder.write("cut", whole.substr(0, bytes));
    EXPECT_EQ(error_of([&] { read_image_file(path); }),
              path + ": error: it is a program, but not one that `signalbox cc`" + expected);
  }
  EXPECT_NE(error_of([] { read_image_file("/bin/true"); }), "");
  EXPECT_NE(error_of([&] { read_image_file(folder.path("")); }), "");
}

TEST(ImageFile, ANoteIsReadAsItWasWritten) {
  EXPECT_EQ(note_text({.version = 3, .compiler = "gcc 12", .flags = "-O2"}),
            "signalbox\nversion=3\ncompiler=gcc 12\nflags=-O2\n");
  EXPECT_TRUE(
      begins_like_image("\x7f"
                        "ELF..."));
  EXPECT_FALSE(begins_like_image("{\"tasks\""));
}

}  // namespace signalbox::image_file_test
