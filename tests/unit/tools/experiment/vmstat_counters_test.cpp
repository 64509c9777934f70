#include "tools/experiment/vmstat_counters.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/host_text.hpp"
#include "tests/support/memory_machine.hpp"

namespace signalbox::vmstat_counters_test {

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(text)) names.push_back(line.substr(0, line.find(' ')));
  return names;
}

TEST(VmstatCounters, NamesAndOrderAreTheHosts) {
  const std::vector<std::string> host = names_in(host_file("/proc/vmstat"));
  if (host.empty()) GTEST_SKIP() << "the host shows none";
  MachineFixture fixture(with_memory());
  std::vector<std::string> ours = names_in(vmstat_counters_text(*fixture.machine().memory()));
  // Not every kernel has both.
  std::erase_if(ours, [&](const std::string& name) { return std::ranges::find(host, name) == host.end(); });
  EXPECT_GT(ours.size(), 30U);
  EXPECT_THAT(out_of_order(ours, host), ::testing::IsEmpty());
}

TEST(VmstatCounters, CountWhatTheMachineDid) {
  MachineFixture fixture(with_memory(4 * mib, 16 * mib));
  fixture.spawn([](Caller& caller) { write_pages_twice(caller, 1536); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  MainMemory& main = fixture.machine().memory()->main();
  const std::vector<std::string> lines = lines_of(vmstat_counters_text(*fixture.machine().memory()));
  EXPECT_THAT(lines, ::testing::Contains(fmt::format("pswpin {}", main.events().swapped_in)));
  EXPECT_THAT(lines, ::testing::Contains(fmt::format("pgpgout {}", 4 * main.events().swapped_out)));
  EXPECT_THAT(lines, ::testing::Contains(fmt::format("pgfault {}", main.events().faults)));
  EXPECT_THAT(lines, ::testing::Contains("nr_anon_pages 0")) << "all have ended";
  EXPECT_THAT(lines, ::testing::Contains("oom_kill 0"));
}

}  // namespace signalbox::vmstat_counters_test
