#include "kernel/mm/proc/free_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/host_text.hpp"

namespace signalbox::free_text_test {

// What `free` of procps 4.0.2 printed on a machine with these numbers.
constexpr MemoryCounts machine{.total = 24'684'084 / 4,
                               .free = 24'101'804 / 4,
                               .available = 24'147'660 / 4,
                               .buffers = 19'540 / 4,
                               .cached = 303'432 / 4,
                               .shared = 10'204 / 4,
                               .slab_reclaimable = 84'152 / 4};

TEST(FreeText, IsWhatProcpsPrinted) {
  EXPECT_EQ(free_text(machine),
            "               total        used        free      shared  buff/cache   available\n"
            "Mem:        24684084      536424    24101804       10204      407124    24147660\n"
            "Swap:              0           0           0\n");
}

TEST(FreeText, InOtherUnits) {
  EXPECT_EQ(lines_of(free_text(machine, FreeUnit::human))[1],
            "Mem:            23Gi       523Mi        22Gi         9Mi       397Mi        23Gi");
  EXPECT_EQ(lines_of(free_text(machine, FreeUnit::human))[2], "Swap:             0B          0B          0B");
  EXPECT_EQ(lines_of(free_text(machine, FreeUnit::mebi))[1],
            "Mem:           24105         523       23536           9         397       23581");
  EXPECT_EQ(lines_of(free_text(machine, FreeUnit::gibi))[1],
            "Mem:              23           0          22           0           0          23");
  EXPECT_EQ(lines_of(free_text(machine, FreeUnit::bytes))[1],
            "Mem:     25276502016   549298176 24680247296    10448896   416894976 24727203840");
}

TEST(FreeText, SwapAndABorrowedMemAvailable) {
  EXPECT_EQ(
      lines_of(free_text({.total = 1000, .free = 400, .available = 2000, .swap_total = 512, .swap_free = 256},
                         FreeUnit::human)),
      (std::vector<std::string>{"               total        used        free      shared  buff/cache   available",
                                "Mem:           3.9Mi       2.3Mi       1.6Mi          0B          0B       7.8Mi",
                                "Swap:          2.0Mi       1.0Mi       1.0Mi"}));
}

std::uint64_t pages_in(const std::string& meminfo, const std::string& name) {
  for (const std::string& line : lines_of(meminfo)) {
    if (line.starts_with(name + ":")) return std::stoull(line.substr(name.size() + 1)) / 4;
  }
  return 0;
}

// The header to the letter, and the columns that do not change from one call to the next.
TEST(FreeText, ShapeIsTheHosts) {
  const std::vector<std::string> host = lines_of(host_command("free"));
  if (host.size() != 3 || host_command("free --version").find("procps-ng 4") == std::string::npos) {
    GTEST_SKIP() << "the host has no free of procps 4";
  }
  const std::string meminfo = host_file("/proc/meminfo");
  const MemoryCounts counts{.total = pages_in(meminfo, "MemTotal"),
                            .free = pages_in(meminfo, "MemFree"),
                            .available = pages_in(meminfo, "MemAvailable"),
                            .swap_total = pages_in(meminfo, "SwapTotal"),
                            .swap_free = pages_in(meminfo, "SwapFree")};
  const std::vector<std::string> ours = lines_of(free_text(counts));
  EXPECT_EQ(ours[0], host[0]);
  EXPECT_EQ(ours[1].size(), host[1].size());
  EXPECT_EQ(ours[1].substr(0, 20), host[1].substr(0, 20));
  EXPECT_EQ(ours[2].size(), host[2].size());
}

}  // namespace signalbox::free_text_test
