#include "tools/memory/tlb_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/host_text.hpp"

namespace signalbox::tlb_report_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr AccessPrices jhu{.tlb = 5_ns, .memory = 100_ns};

// memory.md 4.2: JHU CS418 slides [P], and with faults [T].
TEST(TlbReport, EffectiveAccessTimes) {
  EXPECT_DOUBLE_EQ(effective_ns(jhu, 0.8, 1), 125);
  EXPECT_DOUBLE_EQ(effective_ns(jhu, 0.98, 1), 107);
  EXPECT_DOUBLE_EQ(effective_ns(jhu, 1, 4), 105);
  const AccessPrices slow{.tlb = 5_ns, .memory = 200_ns, .fault = 8_ms};
  EXPECT_DOUBLE_EQ(with_faults_ns(slow, 0.001), 200 + 7'999'800 * 0.001);
  EXPECT_NEAR(ten_percent_rate(slow), 2.5e-6, 1e-9);
}

// The formula is exact for a TLB without walk caches, with the hit ratio that was measured.
TEST(TlbReport, FormulaAndSimulationAgree) {
  TlbRequest request{.mmu = {.walk_cache = no_walk_cache},
                     .pattern = {.kind = PagePattern::Kind::random, .pages = 5000},
                     .accesses = 20'000};
  for (const auto& [format, levels] : {std::pair{&x86_64_format(), 4}, {&x86_32_format(), 2}, {&flat_format(), 1}}) {
    request.format = format;
    const TlbCounts counts = run_alone(request);
    const double hits = 1 - static_cast<double>(counts.mmu.l2_misses) / static_cast<double>(counts.mmu.accesses);
    EXPECT_GT(hits, 0.1);
    EXPECT_LT(hits, 0.9);
    EXPECT_NEAR(measured_ns(jhu, counts), effective_ns(jhu, hits, levels), 1e-9) << format->name;
  }
}

TlbReport report(const TlbRequest& request) {
  TlbReport made = examine_tlb(request, jhu);
  made.hit_ratios = {0.8, 0.98};
  made.fault_rates = {0.001};
  made.pattern_name = "random";
  return made;
}

// memory.md 4.2: 64 x 4 KiB = 256 KiB, 1536 x 4 KiB = 6 MiB, 1536 x 2 MiB = 3 GiB.
TEST(TlbReport, Reach) {
  EXPECT_THAT(tlb_text(report({.accesses = 10, .processes = 1})),
              StartsWith("reach              sets x ways  entries       4 KiB       2 MiB\n"
                         "L1, small pages         16 x 4       64     256 KiB           -\n"
                         "L1, large pages          8 x 4       32           -      64 MiB\n"
                         "L2                    128 x 12     1536       6 MiB       3 GiB\n"));
  EXPECT_THAT(tlb_text(report({.format = &flat_format(), .accesses = 10, .processes = 1})), Not(HasSubstr("large")));
}

TEST(TlbReport, SaysWhatASwitchLoses) {
  const TlbReport made = report({.pattern = {.pages = 64}, .accesses = 8192, .switch_every = 4096});
  const std::string text = tlb_text(made);
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_THAT(text, HasSubstr("  processes, tagged                 0.0"));
  EXPECT_THAT(text, HasSubstr("  processes, not tagged           128.0"));
  EXPECT_THAT(tlb_text(report({.accesses = 10, .processes = 1})), Not(HasSubstr("take turns")));
}

TEST(TlbReport, JsonHasTheCounts) {
  const TlbReport made = report({.pattern = {.pages = 64}, .accesses = 8192, .switch_every = 4096});
  const auto json = nlohmann::json::parse(tlb_json(made));
  EXPECT_EQ(json["reach"][0]["small_bytes"], 256 << 10U);
  EXPECT_EQ(json["reach"][2]["large_bytes"], std::uint64_t{3} << 30U);
  EXPECT_NEAR(json["formula"][0]["ns"], 0.8 * 105 + 0.2 * 505, 1e-9);
  EXPECT_EQ(json["alone"]["walks"], 64);
  EXPECT_EQ(json["untagged"]["entries_lost"], 3 * 128);
  EXPECT_FALSE(nlohmann::json::parse(tlb_json(report({.accesses = 10, .processes = 1}))).contains("tagged"));
}

}  // namespace
}  // namespace signalbox::tlb_report_test
