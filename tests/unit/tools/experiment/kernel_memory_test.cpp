#include "tools/experiment/kernel_memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::kernel_memory_test {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(KernelMemory, RowsAreOfClassesThatEverHadAnObjectAndAddUp) {
  MachineFixture fixture;
  fixture.spawn([](Caller&) {});
  fixture.finish();
  const KernelMemory memory = kernel_memory(fixture.machine());
  alloc::ObjectCounts sum;
  for (const KernelMemory::Row& row : memory.rows) {
    EXPECT_GT(row.counts.ever, 0U) << row.name;
    EXPECT_LE(row.counts.live, row.counts.peak) << row.name;
    EXPECT_LE(row.counts.peak, row.counts.ever) << row.name;
    sum.live += row.counts.live;
    sum.ever += row.counts.ever;
    sum.bytes += row.counts.bytes;
  }
  EXPECT_EQ(sum.live, memory.total.live);
  EXPECT_EQ(sum.ever, memory.total.ever);
  EXPECT_EQ(sum.bytes, memory.total.bytes);
  EXPECT_LE(memory.total.bytes, memory.total.peak_bytes);
}

TEST(KernelMemory, TextAndJsonSayTheSame) {
  const KernelMemory memory{.when = Instant() + 2_ms,
                            .rows = {{"filp", {.live = 1, .peak = 3, .ever = 12, .bytes = 160, .peak_bytes = 480}}},
                            .total = {.live = 1, .peak = 3, .ever = 12, .bytes = 160, .peak_bytes = 480}};
  EXPECT_EQ(kernel_memory_text(memory),
            "class               objects     peak  ever made        bytes   peak bytes\n"
            "filp                      1        3         12          160          480\n"
            "all                       1        3         12          160          480\n");
  EXPECT_EQ(to_json(memory).dump(),
            R"({"at_ns":2000000,"classes":{"filp":{"live":1,"peak":3,"ever":12,"bytes":160,"peak_bytes":480}},)"
            R"("all":{"live":1,"peak":3,"ever":12,"bytes":160,"peak_bytes":480}})");
}

}  // namespace signalbox::kernel_memory_test
