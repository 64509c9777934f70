#include "tools/memory/program_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/error_of.hpp"
#include "tests/support/host_text.hpp"

namespace signalbox::program_map_test {
namespace {

using ::testing::HasSubstr;

ProgramMap parse(const std::string& text, const PageFormat& format = x86_64_format()) {
  return parse_program_map(text, "f", format);
}

TEST(ProgramMap, ReadsLinesOfItsOwnAndOfProc) {
  const ProgramMap map = parse(
      "# a program\n"
      "0x800000-a00000:rw-:large\n"
      "400000-402000:r-x\n"
      "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]\n"
      "500000-501000 rw-:absent\n");
  ASSERT_EQ(map.size(), 4);
  EXPECT_EQ(map[0], (MappedRange{.range = {VirtAddr(0x40'0000), VirtAddr(0x40'2000)}, .is_executable = true}));
  EXPECT_TRUE(map[1].is_absent);
  EXPECT_FALSE(map[1].is_present());
  EXPECT_EQ(map[2].size, PageSize::large);
  EXPECT_EQ(map[3].name, "[stack]");
  EXPECT_EQ(map[3].rights_text(), "rw-");
  EXPECT_EQ(mapped_bytes(map), 0x2000U + 0x20'0000 + 0x2'1000);
}

// Another program's: under a sanitizer our own has terabytes.
TEST(ProgramMap, ReadsTheHosts) {
  const std::string host = host_command("cat /proc/self/maps");
  if (host.empty()) GTEST_SKIP() << "the host has no /proc";
  const ProgramMap map = parse(host);
  EXPECT_EQ(map.size(), lines_of(host).size());
  EXPECT_NE(std::ranges::find(map, "[stack]", &MappedRange::name), map.end());
}

TEST(ProgramMap, PagesThatNobodyMayUseAreNotPresent) {
  EXPECT_FALSE(parse("400000-401000:---")[0].is_present());
  EXPECT_EQ(mapped_bytes(parse("400000-40000000:---")), 0U);
}

TEST(ProgramMap, BadLinesAreRefused) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"", "f: error: there is no mapping"},
      {"400000", "f:1:1: error: \"400000\" is no range"},
      {"400000-401000", "f:1:1: error: \"400000-401000\" has no rights"},
      {"400000-4o1000:r--", "f:1:8: error: \"4o1000\" is not an address"},
      {"401000-400000:r--", "ends before it begins"},
      {"400000-400000:r--", "ends before it begins"},
      {"400000-400800:r--", "is no whole number of pages; expected multiples of 0x1000"},
      {"400000-401000:r--:large", "is no whole number of pages; expected multiples of 0x200000"},
      {"400000-401000:rwz", "f:1:15: error: \"rwz\" are no rights"},
      {"400000-401000:r", "are no rights"},
      {"400000-401000:r--:huge", "f:1:19: error: \"huge\" says nothing"},
      {"400000-402000:r--\n401000-403000:r--", "f:2:1: error: \"401000-403000:r--\" overlaps"},
      {"401000-403000:r--\n400000-402000:r--", "overlaps"},
      {"800000000000-800000001000:r--", "is no address of x86-64; expected one of 48 bits"},
      {"7ffffffff000-ffff800000001000:r--", "from one half"},
      {"100000000-200000000:r--", "more than the emulated RAM holds; expected at most 3 GiB in all"}};
  for (const auto& [text, message] : wrong) {
    EXPECT_THAT(error_of([&] { parse(text); }), HasSubstr(message)) << text;
  }
  EXPECT_THAT(error_of([] { parse("100000000-100001000:r--", x86_32_format()); }), HasSubstr("one of 32 bits"));
  EXPECT_THAT(error_of([] { parse("400000-800000:r--:large", flat_format()); }), HasSubstr("flat has not"));
}

TEST(ProgramMap, ArgumentsAreMappingsOrFiles) {
  const std::vector<std::string> arguments{"400000-401000:r-x", "600000-601000:rw-"};
  EXPECT_EQ(read_program_map(arguments, x86_64_format()).size(), 2);
  const std::vector<std::string> wrong{"400000-401000:r-x", ""};
  EXPECT_THROW(read_program_map(wrong, x86_64_format()), InputError);
}

TEST(ProgramMap, TheSmallProgramIsWhatExecLeaves) {
  EXPECT_EQ(program_map_text(small_program(x86_64_format(), std::nullopt)),
            "  0x555555554000-0x555555564000  r-x     64 KiB  /bin/small\n"
            "  0x555555564000-0x555555568000  rw-     16 KiB  /bin/small\n"
            "  0x555555568000-0x555555591000  rw-    164 KiB  [heap]\n"
            "  0x7ffff7ebb000-0x7ffff7efb000  rw-    256 KiB\n"
            "  0x7ffff7efb000-0x7ffff7ffb000  r-x      1 MiB  /lib/libc.so.6\n"
            "  0x7ffff7ffb000-0x7ffff7fff000  rw-     16 KiB  /lib/libc.so.6\n"
            "  0x7ffffffde000-0x7ffffffff000  rw-    132 KiB  [stack]\n");
  EXPECT_EQ(small_program(x86_32_format(), std::nullopt)[0].range.begin, VirtAddr(0x804'8000));
}

TEST(ProgramMap, LayoutsComeFromTheSeed) {
  EXPECT_EQ(small_program(x86_64_format(), 3), small_program(x86_64_format(), 3));
  EXPECT_NE(small_program(x86_64_format(), 3), small_program(x86_64_format(), 4));
}

}  // namespace
}  // namespace signalbox::program_map_test
