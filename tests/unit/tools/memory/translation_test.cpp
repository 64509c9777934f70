#include "tools/memory/translation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/host_text.hpp"

namespace signalbox::translation_test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TranslationBench bench(const std::string& map, const PageFormat& format = x86_64_format()) {
  return {format, parse_program_map(map, "map", format)};
}
std::string report(TranslationBench& on, std::uint64_t at, Access access = Access::read) {
  const std::string text = translation_report(on, on.translate({.at = VirtAddr(at), .access = access}));
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 100U) << line;
  return text;
}

TEST(Translation, ShowsTheStepsAndTheAccesses) {
  TranslationBench on = bench("400000-402000:rw-");
  EXPECT_EQ(report(on, 0x40'0123, Access::write),
            "0x000000400123 = PGD 0, PUD 0, PMD 2, PTE 0, offset 0x123\n"
            "  root 0x0\n"
            "  PGD [0] at 0x0: 0x0000000000002067  P R/W U/S A D\n"
            "  PUD [0] at 0x2000: 0x0000000000003067  P R/W U/S A D\n"
            "  PMD [2] at 0x3010: 0x0000000000004067  P R/W U/S A D\n"
            "  PTE [0] at 0x4000: 0x8000000000001007  P R/W U/S XD\n"
            "physical 0x1123 (frame 1), 4 memory accesses and one for the data\n"
            "  in 0x400000-0x402000 rw-\n"
            "  the write sets A and D in the PTE entry: 0x8000000000001067\n"
            "\n"
            "memory accesses                               tables  data  all\n"
            "a CPU that knows nothing                           4     1    5\n"
            "the walk cache knows the upper tables              1     1    2\n"
            "the TLB knows the page                             0     1    1\n");
  EXPECT_THAT(report(on, 0x40'0123), Not(HasSubstr(" sets "))) << "they are set";
}

// memory.md 4.2: the accesses of each format, and of a large page one less.
TEST(Translation, CountsAccessesAsTheHardwareMakesThem) {
  const auto cold = [](TranslationBench on, std::uint64_t at) { return on.translate({.at = VirtAddr(at)}).cold; };
  EXPECT_EQ(cold(bench("400000-401000:r--"), 0x40'0000), 4U);
  EXPECT_EQ(cold(bench("400000-600000:r--:large"), 0x5f'ffff), 3U);
  EXPECT_EQ(cold(bench("400000-401000:r--", x86_32_format()), 0x40'0000), 2U);
  EXPECT_EQ(cold(bench("400000-800000:r--:large", x86_32_format()), 0x40'0000), 1U);
  EXPECT_EQ(cold(bench("400000-401000:r--", flat_format()), 0x40'0000), 1U);
}

TEST(Translation, NoMappingIsMaperr) {
  TranslationBench on = bench("400000-401000:r--");
  EXPECT_THAT(report(on, 0x80'0000),
              EndsWith("page fault after 3 memory accesses\n"
                       "  error code 0x4: no page (P 0), no write (W/R 0), by a program (U/S 1)\n"
                       "  No mapping holds the address: SIGSEGV with SEGV_MAPERR\n"));
  EXPECT_THAT(report(on, 0x80'0000, Access::execute), HasSubstr("error code 0x14: no page (P 0), no write (W/R 0), by "
                                                                "a program (U/S 1), a fetch (I/D 1)\n"));
}

TEST(Translation, RightsThatForbidAreAccerr) {
  TranslationBench on = bench("400000-401000:r--");
  const std::string text = report(on, 0x40'0000, Access::write);
  EXPECT_THAT(text, EndsWith("page fault after 4 memory accesses: R/W 0 in the PTE entry\n"
                             "  error code 0x7: rights (P 1), a write (W/R 1), by a program (U/S 1)\n"
                             "  0x400000-0x401000 r-- allows no write: SIGSEGV with SEGV_ACCERR\n"));
  EXPECT_THAT(text, Not(HasSubstr("physical")));
  EXPECT_THAT(report(on, 0x40'0000, Access::execute), HasSubstr("XD 1 in the PTE entry"));
}

TEST(Translation, WithoutNoExecuteWhatIsReadableRuns) {
  TranslationBench on = bench("400000-401000:r--", x86_32_format());
  EXPECT_FALSE(on.translate({.at = VirtAddr(0x40'0000), .access = Access::execute}).fault);
}

TEST(Translation, PagesThatNobodyMayUseAreAccerrAndAbsentOnesAreBroughtIn) {
  TranslationBench on = bench("400000-401000:---\n500000-501000:rw-:absent");
  EXPECT_THAT(report(on, 0x40'0000), AllOf(HasSubstr("error code 0x4"), HasSubstr("SEGV_ACCERR")));
  EXPECT_THAT(report(on, 0x50'0000, Access::write),
              AllOf(HasSubstr("error code 0x6"), EndsWith("the kernel brings the page in, and the access is made "
                                                          "again\n")));
}

TEST(Translation, BelowTheStackItMayGrow) {
  TranslationBench on(x86_64_format(), small_program(x86_64_format(), std::nullopt));
  EXPECT_THAT(report(on, 0x7fff'fffd'd000), HasSubstr("SEGV_MAPERR, unless the stack above grows so far\n"));
  EXPECT_THAT(report(on, 0x1000), Not(HasSubstr("grow")));
}

TEST(Translation, AnAddressThatIsNoneIsAGeneralProtectionFault) {
  TranslationBench on = bench("400000-401000:r--");
  EXPECT_THAT(report(on, 0x8000'0000'0000), HasSubstr("#GP(0), not a page fault"));
}

TEST(Translation, SegmentedPagingIsThreeAccesses) {
  TranslationBench on = bench("400000-402000:rw-", flat_format());
  const SegmentTables segments(on.ram(), parse_segments("4 data 0x400000 0xfff dpl=3", "gdt"), {});
  const SegmentRequest logical{.selector = SegmentSelector::of(0x23), .offset = 0x123};
  const Translation translation = on.translate({.segment = logical}, &segments);
  const std::string text = translation_report(on, translation);
  EXPECT_THAT(text, StartsWith("selector 0x23 = GDT entry 4, RPL 3\n"));
  EXPECT_THAT(text, HasSubstr("linear 0x400123 = base 0x400000 + offset 0x123\n"));
  EXPECT_THAT(text, EndsWith("memory accesses                               segment  tables  data  all\n"
                             "a CPU that knows nothing                            1       1     1    3\n"
                             "the segment register holds the descriptor           0       1     1    2\n"
                             "the TLB knows the page                              0       0     1    1\n"));
  EXPECT_EQ(segmented_access(on.ram().memory(), on.format(), on.table().root(), VirtAddr(0x40'0123), Descriptor::read)
                .memory_accesses,
            3U);
}

TEST(Translation, ASegmentThatForbidsIsTheEnd) {
  TranslationBench on = bench("400000-402000:rw-", flat_format());
  const SegmentTables segments(on.ram(), parse_segments("4 data 0x400000 0xff dpl=3", "gdt"), {});
  const SegmentRequest logical{.selector = SegmentSelector::of(0x23), .offset = 0x123};
  const Translation translation = on.translate({.segment = logical}, &segments);
  EXPECT_THAT(translation_report(on, translation), EndsWith("#GP(0x0): general protection; Linux sends SIGSEGV\n"));
  EXPECT_EQ(nlohmann::json::parse(translation_json(on, {translation}))["translations"][0]["segment_fault"], "#GP(0x0)");
}

TEST(Translation, JsonSaysTheSame) {
  TranslationBench on = bench("400000-401000:r--");
  const std::vector<Translation> both{on.translate({.at = VirtAddr(0x40'0123)}),
                                      on.translate({.at = VirtAddr(0x40'0123), .access = Access::write})};
  const auto json = nlohmann::json::parse(translation_json(on, both));
  EXPECT_EQ(json["format"], "x86-64");
  EXPECT_EQ(json["mappings"][0]["end"], 0x40'1000);
  EXPECT_EQ(json["mappings"][0]["rights"], "r--");
  const auto& good = json["translations"][0];
  EXPECT_EQ(good["steps"].size(), 4);
  EXPECT_EQ(good["steps"][2]["level"], "PMD");
  EXPECT_EQ(good["steps"][2]["index"], 2);
  EXPECT_EQ(good["physical"], 0x1123);
  EXPECT_EQ(good["memory_accesses"], 5);
  EXPECT_EQ(good["memory_accesses_tlb_hit"], 1);
  const auto& bad = json["translations"][1];
  EXPECT_TRUE(bad["physical"].is_null());
  EXPECT_EQ(bad["fault"]["error_code"], 7);
  EXPECT_EQ(bad["fault"]["code"], "SEGV_ACCERR");
}

}  // namespace
}  // namespace signalbox::translation_test
