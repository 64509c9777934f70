#include "tools/experiment/vmstat_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/host_text.hpp"
#include "tests/support/memory_machine.hpp"

namespace signalbox::vmstat_rows_test {

// The columns of each row.
std::vector<std::vector<int>> rows_of(const std::string& text) {
  std::vector<std::vector<int>> rows;
  const std::vector<std::string> lines = lines_of(text);
  for (std::size_t index = 2; index < lines.size(); ++index) {
    std::istringstream words(lines[index]);
    rows.emplace_back(std::istream_iterator<int>(words), std::istream_iterator<int>());
  }
  return rows;
}

enum Column : std::uint8_t { r, b, swpd, free_kib, buff, cache, si, so, bi, bo, in, cs, us, sy, id, wa, st };

TEST(VmstatRows, EachIsOfItsIntervalAndTheLastOfWhatIsLeft) {
  MachineFixture fixture(with_memory());
  VmstatRows rows(10_ms);
  fixture.simulation().trace().add_sink(rows);
  fixture.spawn([](Caller& caller) {
    caller.charge(15_ms, Mode::user);
    caller.charge(5_ms, Mode::kernel);
    caller.sleep_until(caller.now() + 5_ms);
  });
  for (const Instant pause : {Instant() + 10_ms, Instant() + 20_ms}) {
    EXPECT_EQ(rows.next_look(), pause);
    EXPECT_EQ(fixture.machine().run(pause), RunEnd::until);
    rows.look(fixture.machine());
  }
  EXPECT_EQ(fixture.machine().run(), RunEnd::finished);
  rows.end(fixture.machine());
  const auto found = rows_of(rows.text());
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0][us], 100);
  EXPECT_EQ(found[0][r], 1);
  EXPECT_EQ(found[1][us], 50);
  EXPECT_EQ(found[1][sy], 50);
  EXPECT_EQ(found[2][id], 100);
  EXPECT_EQ(found[2][in], 200) << "one timer in 5 ms";
}

TEST(VmstatRows, ThrashingShowsInSwapDiskAndWaiting) {
  MachineFixture fixture(with_memory(4 * mib, 16 * mib));
  VmstatRows rows(1_s);
  fixture.simulation().trace().add_sink(rows);
  fixture.spawn([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 1536);
    for (int pass = 0; pass < 3; ++pass) {
      for (std::uint64_t page = 0; page < 1536; ++page) memory.store(word_of(at, page), page);
    }
  });
  EXPECT_EQ(fixture.machine().run(), RunEnd::finished);
  rows.end(fixture.machine());
  const auto found = rows_of(rows.text());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_GT(found[0][si], 0);
  EXPECT_GE(found[0][bi], found[0][si]);
  EXPECT_GE(found[0][bo], found[0][so]);
  EXPECT_GT(found[0][wa], 0);
  EXPECT_EQ(found[0][swpd], 0) << "all has been given back";
}

}  // namespace signalbox::vmstat_rows_test
