#include "tools/memory/placement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/host_text.hpp"

namespace signalbox::placement_test {
namespace {

using ::testing::HasSubstr;

const PlacementRequest textbook{.holes = {100, 500, 200, 300, 600}, .segments = {212, 417, 112, 426}};

const PlacementRule& rule(std::string_view name) {
  return *std::ranges::find(placement_rules(), name, &PlacementRule::name);
}
// The hole's size, or what was left of it; 0: waits.
std::vector<std::uint64_t> went(std::string_view name) {
  std::vector<std::uint64_t> sizes;
  for (const PlacedSegment& segment : place(textbook, rule(name)).segments) sizes.push_back(segment.hole_had);
  return sizes;
}

// memory.md 4.2 [P]: Silberschatz's exercise.
TEST(Placement, WhereTextbooksPutThem) {
  using Sizes = std::vector<std::uint64_t>;
  EXPECT_EQ(went("first"), (Sizes{500, 600, 288, 0}));
  EXPECT_EQ(went("best"), (Sizes{300, 500, 200, 600}));
  EXPECT_EQ(went("worst"), (Sizes{600, 500, 388, 0}));
  EXPECT_EQ(went("next"), (Sizes{500, 600, 183, 0})) << "goes on behind the last one";
}

TEST(Placement, CompactionMovesWhatIsAboveTheFirstHole) {
  // 4 segments of 100 lie there; those that were placed, 212, 417 and 112, move too, as the lowest hole is free.
  const PlacementResult first = place(textbook, rule("first"));
  EXPECT_EQ(first.moved, 4 * 100U + 212 + 417 + 112);
  EXPECT_EQ(first.free(), 1700U - 212 - 417 - 112);
  EXPECT_EQ(first.largest(), 300U);
  EXPECT_EQ(first.placed_then, (std::vector<std::uint64_t>{426}));
  const PlacementResult one = place({.holes = {50, 60}, .segments = {50}, .between = 7}, rule("first"));
  EXPECT_EQ(one.moved, 0U) << "nothing lies above a hole";
  EXPECT_EQ(one.free(), 60U);
}

// Blocks of powers of two at multiples of their size: what the kernel's buddy allocator finds in these holes.
TEST(Placement, BuddyGivesBlocks) {
  const PlacementResult buddy = place(textbook, rule("buddy"));
  EXPECT_EQ(buddy.segments[0].block, 256U);
  EXPECT_EQ(buddy.segments[1].block, 512U);
  EXPECT_EQ(buddy.inside, (256U - 212) + (512 - 417) + (128 - 112));
  for (const PlacedSegment& segment : buddy.segments) {
    if (segment.address) {
      EXPECT_EQ(*segment.address % segment.block, 0U);
    }
  }
  EXPECT_FALSE(buddy.segments[3].address);
  EXPECT_EQ(buddy.free(), 1700U - 256 - 512 - 128);
  EXPECT_FALSE(place({.holes = {4096}, .segments = {1025}}, rule("buddy")).segments[0].address) << "beyond order 10";
}

TEST(Placement, ExternalFragmentationIsWhatIsNotInTheLargestHole) {
  EXPECT_DOUBLE_EQ(place(textbook, rule("first")).fragmentation(), 1 - 300.0 / 959);
  EXPECT_DOUBLE_EQ(place(textbook, rule("best")).fragmentation(), 1 - 174.0 / 533);
  EXPECT_EQ(place({.holes = {64}, .segments = {32}}, rule("buddy")).fragmentation(), 0);
  EXPECT_EQ(place({.holes = {64}, .segments = {64}}, rule("first")).fragmentation(), 0);
}

TEST(Placement, TextIsATable) {
  std::vector<PlacementResult> results;
  for (const PlacementRule& each : placement_rules()) results.push_back(place(textbook, each));
  const std::string text = placement_text(textbook, results);
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_THAT(
      text,
      HasSubstr("segment                         first           next           best          worst          buddy\n"
                "212                               500            500            300            600     256 of 500\n"
                "417                               600            600            500            500     512 of 600\n"
                "112                        288 of 500     183 of 600            200     388 of 600     128 of 300\n"
                "426                             waits          waits            600          waits          waits\n"));
  EXPECT_THAT(text, HasSubstr("\nswapping transfers               2282"));
  const auto json = nlohmann::json::parse(placement_json(textbook, results));
  EXPECT_EQ(json["rows"][0]["fit"], "first");
  EXPECT_EQ(json["rows"][0]["segments"][2]["hole_had"], 288);
  EXPECT_TRUE(json["rows"][0]["segments"][3]["address"].is_null());
  EXPECT_EQ(json["rows"][2]["compaction_moves"], 1567);
}

TEST(Placement, OneHoleAndOneSegment) {
  for (const PlacementRule& each : placement_rules()) {
    const PlacementResult result = place({.holes = {64}, .segments = {64}}, each);
    EXPECT_EQ(result.segments[0].address, 0U) << each.name;
    EXPECT_TRUE(result.holes.empty());
    EXPECT_EQ(result.largest(), 0U);
  }
}

}  // namespace
}  // namespace signalbox::placement_test
