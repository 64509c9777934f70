#include "kernel/mm/proc/status_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/mm/space/program_image.hpp"
#include "tests/support/address_maps.hpp"
#include "tests/support/host_text.hpp"

namespace signalbox::status_text_test {

// A program, and 3 pages of a library's code.
struct Program : SpaceUnderTest {
  Program() {
    Prng random(1);
    EXPECT_TRUE(load_image(map, {.file = opened(), .text_bytes = 5000}, random));
    mapped({.bytes = 3 * page_bytes, .prot = prot_read | prot_exec, .flags = map_private, .object = opened()});
  }
};

TEST(StatusText, IsWhatLinuxShows) {
  const Program program;
  EXPECT_EQ(status_text(program.map, {.anonymous_pages = 3,
                                      .file_pages = 5,
                                      .shared_memory_pages = 7,
                                      .swapped_pages = 11,
                                      .table_bytes = 48 << 10U,
                                      .peak_total_pages = 100,
                                      .peak_resident_pages = 20}),
            "VmPeak:\t     400 kB\n"
            "VmSize:\t     156 kB\n"
            "VmLck:\t       0 kB\n"
            "VmPin:\t       0 kB\n"
            "VmHWM:\t      80 kB\n"
            "VmRSS:\t      60 kB\n"
            "RssAnon:\t      12 kB\n"
            "RssFile:\t      20 kB\n"
            "RssShmem:\t      28 kB\n"
            "VmData:\t       4 kB\n"
            "VmStk:\t     132 kB\n"
            "VmExe:\t       8 kB\n"
            "VmLib:\t      12 kB\n"
            "VmPTE:\t      48 kB\n"
            "VmSwap:\t      44 kB\n");
}

TEST(StatusText, PeaksAreNotBelowWhatIs) {
  const Program program;
  const std::vector<std::string> lines = lines_of(status_text(program.map, {.anonymous_pages = 3}));
  EXPECT_EQ(lines[0], "VmPeak:\t     156 kB");
  EXPECT_EQ(lines[4], "VmHWM:\t      12 kB");
}

TEST(StatusText, LinesAreTheHosts) {
  std::vector<std::string> host;
  for (const std::string& line : lines_of(host_file("/proc/self/status"))) {
    if (line.starts_with("Vm") || line.starts_with("Rss")) host.push_back(line.substr(0, line.find('\t') + 1));
  }
  if (host.empty()) GTEST_SKIP() << "the host has no /proc";
  std::vector<std::string> ours;
  for (const std::string& line : lines_of(status_text(Program().map, {}))) {
    ours.push_back(line.substr(0, line.find('\t') + 1));
  }
  EXPECT_EQ(ours, host);
}

}  // namespace signalbox::status_text_test
