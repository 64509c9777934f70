#include "tools/memory/replacement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kernel/mm/reclaim/registry.hpp"
#include "tests/support/reference_strings.hpp"

namespace signalbox::replacement_test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

ReplacementRequest request(const ReferenceString& string) {
  return {.references = string, .policies = {find_reclaimer("fifo"), find_reclaimer("opt")}, .frames = {3, 4}};
}

TEST(Replacement, ARowForEachPolicyAndNumberOfFrames) {
  const auto rows = compare_replacement(request(belady));
  ASSERT_EQ(rows.size(), 4);
  EXPECT_EQ(rows[0].counts.faults, 9);
  EXPECT_EQ(rows[1].counts.faults, 10);
  EXPECT_EQ(rows[2].policy->name, "opt");
  EXPECT_EQ(rows[2].frames, 3);
}

TEST(Replacement, TheTableMarksTheLeastAndNamesTheAnomaly) {
  const ReplacementRequest asked = request(belady);
  EXPECT_EQ(fault_table(asked, compare_replacement(asked)),
            "12 references to 5 pages; page faults:\n"
            "\n"
            "frames                  3           4 \n"
            "fifo                    9          10 \n"
            "opt                     7*          6*\n"
            "More frames, more faults (Belady's anomaly): fifo: 10 faults with 4 frames, 9 with 3.\n");
}

TEST(Replacement, LongTablesGoOnBelow) {
  ReplacementRequest asked = request(belady);
  asked.frames.clear();
  for (FrameSlot frames = 1; frames <= 9; ++frames) asked.frames.push_back(frames);
  const std::string table = fault_table(asked, compare_replacement(asked));
  EXPECT_THAT(table, HasSubstr("\n\nframes                  8           9 \n"));
  for (std::size_t from = 0; from < table.size(); from = table.find('\n', from) + 1) {
    EXPECT_LE(table.find('\n', from) - from, 100);
  }
}

TEST(Replacement, TheChartShowsWhatIsInTheFrames) {
  EXPECT_EQ(replacement_chart(request(references("1 2w 1 3")), *find_reclaimer("fifo"), 2),
            "fifo, 2 frames: 3 faults, 1 of them with a replacement; 0 writes\n"
            "reference  1 2w  1  3\n"
            "frame 0    1  1  1  3\n"
            "frame 1       2  2  2\n"
            "fault      *  *     *\n");
}

TEST(Replacement, AWideChartIsCutIntoBlocks) {
  ReferenceString string;
  for (PageKey page = 0; page < 60; ++page) string.push_back({.page = page % 10});
  const std::string chart = replacement_chart(request(string), *find_reclaimer("fifo"), 2);
  EXPECT_THAT(chart, HasSubstr("\n\nreference "));
}

TEST(Replacement, JsonHasARowEach) {
  const ReplacementRequest asked = request(belady);
  const auto json = nlohmann::json::parse(replacement_json(asked, compare_replacement(asked)));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["references"], 12);
  EXPECT_EQ(json["pages"], 5);
  ASSERT_EQ(json["rows"].size(), 4);
  EXPECT_EQ(json["rows"][1]["policy"], "fifo");
  EXPECT_EQ(json["rows"][1]["frames"], 4);
  EXPECT_EQ(json["rows"][1]["faults"], 10);
}

}  // namespace
}  // namespace signalbox::replacement_test
