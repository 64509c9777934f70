#include "tools/memory/segment_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::segment_file_test {
namespace {

using ::testing::HasSubstr;

Segment segment(const std::string& line) { return Segment::of(parse_segments(line, "f").at(0).bits); }

// As Linux on x86-32 has them (GDT_ENTRY_INIT of 0xc0fa and 0xc0f2, less the accessed bit).
TEST(SegmentFile, DescriptorsAreTheHardwares) {
  EXPECT_EQ(parse_segments("14 code 0 0xfffff pages dpl=3\n2 data 0 0xfffff pages dpl=3", "f"),
            (std::vector<SegmentRow>{{2, 0x00cf'f200'0000'ffff}, {14, 0x00cf'fa00'0000'ffff}}));
  EXPECT_EQ(parse_segments("1 0x00cffa000000ffff", "f"), (std::vector<SegmentRow>{{1, 0x00cf'fa00'0000'ffff}}));
}

TEST(SegmentFile, OptionsSetTheirBits) {
  EXPECT_EQ(segment("1 data 0x10000 4095 dpl=1 expand-down read-only absent 16-bit"),
            (Segment{.base = 0x1'0000, .limit = 0xfff, .is_expand_down = true, .privilege = 1}));
  EXPECT_EQ(segment("1 code 0 0 execute-only conforming"),
            (Segment{.is_wide = true, .is_code = true, .is_expand_down = true, .is_present = true}));
}

TEST(SegmentFile, BadLinesAreRefused) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"# nothing", "f: error: there is no segment"},
      {"1", "f:1:1: error: \"1\" has no segment"},
      {"x data 0 0", "f:1:1: error: \"x\" is not an index; expected a number such as 12 or 0x1f from 0 to 8191"},
      {"8192 data 0 0", "is not an index"},
      {"1 stack 0 0", "f:1:3: error: \"stack\" is no kind of segment"},
      {"1 data 0", "has no base and limit"},
      {"1 data 0x100000000 0", "f:1:8: error: \"0x100000000\" is not a base"},
      {"1 data 0 0x100000", "f:1:10: error: \"0x100000\" is not a limit"},
      {"1 data 0 0 dpl=4", "f:1:16: error: \"4\" is not a privilege"},
      {"1 data 0 0 conforming", "says nothing of a data segment"},
      {"1 code 0 0 expand-down", "says nothing of a code segment"},
      {"1 data 0 0\n1 data 0 0", "f:2:1: error: \"1\" is there already"},
      {"1 junk", "f:1:3: error: \"junk\" is not a descriptor"}};
  for (const auto& [text, message] : wrong) {
    EXPECT_THAT(error_of([&] { parse_segments(text, "f"); }), HasSubstr(message)) << text;
  }
}

TEST(SegmentFile, SegmentsForPeople) {
  EXPECT_EQ(segment_text(segment("1 data 0x400000 0xfff dpl=3")), "base 0x400000, limit 0xfff, data, writable, DPL 3");
  EXPECT_EQ(segment_text(segment("1 code 0 0xfffff pages conforming absent")),
            "base 0x0, limit 0xfffff pages, code, readable, conforming, DPL 0, absent");
  EXPECT_EQ(segment_text(segment("1 0")), "base 0x0, limit 0x0, system (no memory)");
}

}  // namespace
}  // namespace signalbox::segment_file_test
