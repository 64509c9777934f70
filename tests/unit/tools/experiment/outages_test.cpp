#include "tools/experiment/outages.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::outages_test {

CpuOutage outage(std::uint16_t cpu, Duration from, Instant until = Instant::max()) {
  return {CpuId(cpu), Instant() + from, until};
}

TEST(Outages, CpuAloneIsOfflineForEver) {
  EXPECT_EQ(read_outages("--offline", {"2"}, 4), (std::vector{outage(2, 0_ms)}));
  EXPECT_TRUE(read_outages("--offline", {}, 1).empty());
}

TEST(Outages, ListsAndTimesAreRead) {
  EXPECT_EQ(read_outages("--offline", {"0-1,3:from=10ms,until=50ms", "2:until=1ms"}, 5),
            (std::vector{outage(0, 10_ms, Instant() + 50_ms), outage(1, 10_ms, Instant() + 50_ms),
                         outage(3, 10_ms, Instant() + 50_ms), outage(2, 0_ms, Instant() + 1_ms)}));
}

TEST(Outages, CpuMayGoAgainLater) {
  EXPECT_EQ(read_outages("--offline", {"1:until=10ms", "1:from=20ms", "0:from=11ms,until=12ms"}, 2).size(), 3U);
}

struct Malformed {
  std::vector<std::string> texts;
  const char* message;
};

TEST(Outages, WrongTextsAreRefusedWithTheirPlace) {
  const Malformed cases[] = {
      {{"4"},
       "--offline:1:1: error: '4' is no CPU of this machine; expected a list of CPUs up to 3, such as 2 or 0-1,3"},
      {{"-1"},
       "--offline:1:1: error: '-1' is no CPU of this machine; expected a list of CPUs up to 3, such as 2 or 0-1,3"},
      {{"1,x"},
       "--offline:1:3: error: 'x' is no CPU of this machine; expected a list of CPUs up to 3, such as 2 or 0-1,3"},
      {{""}, "--offline:1:1: error: '' is no CPU of this machine; expected a list of CPUs up to 3, such as 2 or 0-1,3"},
      {{"2-1"}, "--offline:1:1: error: the range 2-1 runs backwards; expected the lower CPU first"},
      {{"1:at=1ms"}, "--offline:1:3: error: 'at=1ms' here; expected from=TIME and until=TIME, each once"},
      {{"1:from=1ms,from=2ms"}, "--offline:1:12: error: 'from=2ms' here; expected from=TIME and until=TIME, each once"},
      {{"1:"}, "--offline:1:3: error: '' here; expected from=TIME and until=TIME, each once"},
      {{"1:from"}, "--offline:1:8: error: '' is not a time; expected a number with a unit, such as 500us, 10ms or 2s"},
      {{"1:from=5"},
       "--offline:1:8: error: '5' is not a time; expected a number with a unit, such as 500us, 10ms or 2s"},
      {{"1:from=2ms,until=2ms"}, "--offline:1:1: error: it ends before it begins; expected `until` after `from`"},
      {{"1", "0-1:from=5ms"},
       "--offline:1:1: error: CPU 1 is offline twice at once, the second time by '0-1:from=5ms'; expected times that "
       "lie "
       "apart"},
      {{"0-2", "3:from=5ms"},
       "--offline:1:1: error: all CPUs are offline at once; expected one of them online at every instant"},
  };
  for (const Malformed& wrong : cases) {
    EXPECT_EQ(error_of([&] { read_outages("--offline", wrong.texts, 4); }), wrong.message);
  }
}

}  // namespace signalbox::outages_test
