#include "tools/allocators/comparison_report.hpp"

#include <gtest/gtest.h>

#include <cctype>
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

// Of two allocators one runs out of memory: the other's rows go on to the end, and every row has its own step.
TEST(AllocatorReport, RunThatEndedEarlyHidesNothingOfTheOthers) {
  AllocatorRequest request = some_request();
  std::vector<AllocatorRun> runs = compare_allocators(request);
  AllocatorRun& early = runs.front();
  const std::uint64_t last_step = runs.back().steps;
  while (early.samples.back().step > last_step / 3) early.samples.pop_back();
  early.steps = early.samples.back().step + 1;
  early.last.step = early.steps;
  early.samples.push_back(early.last);
  early.peak_requested = 1;
  early.ended = "out of memory";
  const std::string text = allocators_text(request, runs);
  std::istringstream lines(text.substr(text.find("as the steps went:")));
  std::string line;
  std::getline(lines, line);
  std::getline(lines, line);
  std::uint64_t step = 0;
  bool is_over = false;
  while (std::getline(lines, line) && !line.empty() && std::isdigit(static_cast<unsigned char>(line[9])) != 0) {
    step = std::stoull(line);
    is_over = step > early.steps;
    EXPECT_EQ(line.find("ended") != std::string::npos, is_over) << line;
  }
  EXPECT_TRUE(is_over) << text;
  EXPECT_EQ(step, last_step) << text;
  EXPECT_EQ(text.find("at most 1 B"), std::string::npos) << text;
}

}  // namespace signalbox::comparison_report_test
