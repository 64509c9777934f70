#include "tools/allocators/comparison_report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tools/allocators/generators.hpp"

namespace signalbox::comparison_report_test {

AllocatorRequest some_request() {
  AllocatorRequest request{.trace = load_allocations("lifetimes:blocks=1000,live=100", 1), .machine = "laptop"};
  for (const alloc::AllocatorRow& row : alloc::all_allocators()) request.allocators.push_back(&row);
  request.costs.page_fault = 1400_ns;
  return request;
}

TEST(AllocatorReport, LinesAreNoLongerThan100) {
  const AllocatorRequest request = some_request();
  const auto runs = compare_allocators(request);
  std::istringstream text(allocators_text(request, runs));
  for (std::string line; std::getline(text, line);) EXPECT_LE(line.size(), 100U) << line;
}

TEST(AllocatorReport, SaysWhatHasNoPrice) {
  const AllocatorRequest request = some_request();
  const auto runs = compare_allocators(request);
  EXPECT_NE(allocators_text(request, runs).find("laptop has no price for syscall, memory_access"), std::string::npos);
}

TEST(AllocatorReport, JsonHasTheSeriesAndJemallocsNames) {
  const AllocatorRequest request = some_request();
  const auto runs = compare_allocators(request);
  const auto json = nlohmann::json::parse(allocators_json(request, runs));
  ASSERT_EQ(json["runs"].size(), 4U);
  for (const auto& run : json["runs"]) {
    EXPECT_EQ(run["end"], "finished");
    EXPECT_EQ(run["series"].size(), 51U);
    EXPECT_EQ(run["stats"]["stats.resident"], run["series"].back()["resident"]);
    EXPECT_EQ(run["time_ns"], run["time_by_kind_ns"]["page_faults"]) << "the only price";
  }
  EXPECT_NE(allocators_stats_text(runs).find("___ Begin ptmalloc statistics ___\nAllocated: "), std::string::npos);
}

}  // namespace signalbox::comparison_report_test
