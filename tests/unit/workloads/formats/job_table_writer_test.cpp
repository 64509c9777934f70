#include "workloads/formats/job_table_writer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/same_scenario.hpp"
#include "workloads/formats/job_table.hpp"
#include "workloads/formats/registry.hpp"

namespace signalbox::job_table_writer_test {

std::string difference_after_writing(const Scenario& scenario) {
  return difference(scenario, parse_job_table(write_job_table(scenario), "written"));
}

TEST(JobTableWriter, WritesTheTableItWasReadFrom) {
  const std::string plain = "name,arrival_us,burst_us,priority\nP1,0,24,3\nP2,5,3,-20\n";
  EXPECT_EQ(write_job_table(parse_job_table(plain, "f")), plain);
  const std::string with_io = "name,arrival_us,burst_us,priority,io_every_us,io_us\nP1,0,24,3,10,5\nP2,5,3,0,0,0\n";
  EXPECT_EQ(write_job_table(parse_job_table(with_io, "f")), with_io);
}

TEST(JobTableWriter, QuotesNamesThatWouldReadAsSomethingElse) {
  const Scenario odd = parse_job_table(
      "name,arrival_us,burst_us,priority\n\"a,b\",0,1,0\n\"#c\",0,1,0\n\"d \"\"e\"\"\",0,1,0\n\" f \",0,1,0\n", "f");
  EXPECT_EQ(odd.tasks[2].name, "d \"e\"");
  EXPECT_EQ(difference_after_writing(odd), "");
}

TEST(JobTableWriter, TheShippedTableReadsBack) {
  EXPECT_EQ(difference_after_writing(load_scenario(SIGNALBOX_SOURCE_DIR "/workloads/scenarios/mixed_batch.csv")), "");
}

RC_GTEST_PROP(JobTableWriter, EveryTableReadsBack, ()) {
  using rc::gen::inRange;
  std::string table = "priority,io_us,name,burst_us,arrival_us,io_every_us\n";
  const int rows = *inRange(1, 8);
  for (int row = 0; row < rows; ++row) {
    const int io = *inRange(0, 5);
    table += fmt::format("{},{},j{},{},{},{}\n", *inRange(-20, 20), io, row, *inRange(1, 40), *inRange(0, 100),
                         io == 0 ? 0 : *inRange(1, 50));
  }
  RC_ASSERT(difference_after_writing(parse_job_table(table, "f")) == "");
}

}  // namespace signalbox::job_table_writer_test
