#include "kernel/mm/proc/zone_text.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/host_text.hpp"

namespace signalbox::zone_text_test {

using ::testing::MatchesRegex;

// 20 MiB: 16 of them for old devices.
std::vector<Zone> two_zones(std::vector<Frame>& frames) {
  frames.resize(5120);
  return make_zones(x86_64_zones(), frames);
}

TEST(BuddyinfoText, HasALineAZone) {
  std::vector<Frame> frames;
  std::vector<Zone> zones = two_zones(frames);
  EXPECT_EQ(buddyinfo_text(zones),
            "Node 0, zone      DMA      0      0      0      0      0      0      0      0      0      0      4 \n"
            "Node 0, zone    DMA32      0      0      0      0      0      0      0      0      0      0      1 \n");
  ASSERT_TRUE(zones[1].buddy().allocate(0));
  EXPECT_EQ(lines_of(buddyinfo_text(zones))[1],
            "Node 0, zone    DMA32      1      1      1      1      1      1      1      1      1      1      0 ");
}

TEST(BuddyinfoText, LinesAreTheHosts) {
  const std::vector<std::string> host = lines_of(host_file("/proc/buddyinfo"));
  if (host.empty()) GTEST_SKIP() << "the host shows none";
  constexpr auto form = "Node [0-9]+, zone +[A-Za-z0-9]+ ( *[0-9]+ ){11}";  // large numbers leave no room
  std::vector<Frame> frames;
  for (const std::string& line : host) EXPECT_THAT(line, MatchesRegex(form));
  for (const std::string& line : lines_of(buddyinfo_text(two_zones(frames)))) EXPECT_THAT(line, MatchesRegex(form));
}

TEST(ZoneinfoText, SaysWhatAZoneKeeps) {
  std::vector<Frame> frames;
  const std::vector<Zone> zones = two_zones(frames);
  const std::vector<std::string> lines = lines_of(zoneinfo_text(zones));
  EXPECT_EQ(lines[0], "Node 0, zone      DMA");
  EXPECT_EQ(lines[1], "  pages free     4096");
  EXPECT_EQ(lines[3], fmt::format("        min      {}", zones[0].watermarks.min));
  EXPECT_EQ(lines[10], "        protection: (0, 4)") << "a 256th of the zone above";
  EXPECT_EQ(lines.back(), "  start_pfn:           4096");
}

TEST(ZoneinfoText, LinesStandWhereTheHostsDo) {
  const std::vector<std::string> host = lines_of(host_file("/proc/zoneinfo"));
  if (host.empty()) GTEST_SKIP() << "the host shows none";
  const auto heads = [](const std::vector<std::string>& lines) {
    std::vector<std::string> found;
    for (const std::string& line : lines) {
      if (!line.starts_with("Node")) found.push_back(line.substr(0, line.find_first_of("0123456789(")));
    }
    return found;
  };
  std::vector<Frame> frames(4096);
  EXPECT_THAT(out_of_order(heads(lines_of(zoneinfo_text(make_zones(x86_64_zones(), frames)))), heads(host)),
              ::testing::IsEmpty());
}

}  // namespace signalbox::zone_text_test
