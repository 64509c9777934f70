#include "tools/export/registry.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/small_run.hpp"
#include "tests/support/trace_file.hpp"
#include "tools/export/export_error.hpp"

namespace signalbox::registry_test {

TEST(Exporters, HaveNamesAndEndingsOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> endings;
  for (const Exporter& exporter : exporters()) {
    EXPECT_TRUE(names.insert(exporter.name).second);
    EXPECT_TRUE(endings.insert(exporter.ending).second);
    EXPECT_EQ(find_exporter(exporter.name), &exporter);
    EXPECT_EQ(exporter_for_file("dir.x/trace" + std::string(exporter.ending)), &exporter);
  }
}

TEST(Exporters, UnknownNamesAndEndingsHaveNone) {
  EXPECT_EQ(find_exporter("no such format"), nullptr);
  EXPECT_EQ(exporter_for_file("trace.txt"), nullptr);
  EXPECT_EQ(exporter_for_file(""), nullptr);
}

TEST(Exporters, AllSayWhenTheFileTakesNoMore) {
  for (const Exporter& exporter : exporters()) {
    const auto sink = exporter.create("/dev/full");
    TraceScript script{sink.get()};
    EXPECT_THROW(small_run(script), ExportError) << exporter.name;
    EXPECT_THROW(exporter.create("/no/such/folder/trace"), ExportError) << exporter.name;
  }
}

TEST(Exporters, ReportADiskThatFillsWhileTheRunGoesOn) {
  const auto sink = find_exporter("ftrace")->create("/dev/full");
  TraceScript script{sink.get()};
  const auto run_on = [&] {
    script.machine(0, 1);
    script.create(0, 2, 2, "a");
    for (int at = 0; at < 10'000; at += 2) {
      script.begin(at, 2, 0);
      script.wait(at + 1, 2, 0, WaitKind::time);
    }
  };
  EXPECT_THROW(run_on(), ExportError);
}

}  // namespace signalbox::registry_test
