#include "tools/commands/ended_programs.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/command_run.hpp"
#include "tests/support/compiled_run.hpp"

namespace signalbox::ended_programs_test {

class OneName final : public TraceNames {
 public:
  std::string_view name(NameId) const override { return "prog"; }
  NameId::Value count() const override { return 1; }
};

TraceEvent event_of(TraceKind kind, Tid::Value pid, std::uint64_t a, std::uint64_t b) {
  return {.when = Instant() + Duration(70), .thread = Tid(pid), .kind = kind, .a = a, .b = b};
}

TEST(EndedPrograms, SaysWhomASignalEnded) {
  EndedPrograms ended;
  const auto created = TraceKind::process_created;
  const auto exited = TraceKind::process_exited;
  const std::array batch{event_of(created, 7, 1, 1), event_of(created, 8, 1, 1),  event_of(created, 9, 1, 1),
                         event_of(exited, 7, 11, 0), event_of(exited, 8, 512, 0), event_of(exited, 9, 9, 0)};
  testing::internal::CaptureStderr();
  ended.consume(batch, OneName());
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "prog: process 7 ended by signal 11 (Segmentation fault) at 70 ns\n");
}

TEST(EndedPrograms, RunTellsOfCompiledPrograms) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where sanitizers do not look";
  const TestFolder folder;
  const std::string path = compile_c(folder, "wild", "int main(void) { return *(volatile int *)0; }");
  const CommandRun run = command({"run", path, "--exit-status"});
  EXPECT_EQ(run.status, 128 + 11);
  EXPECT_NE(run.err.find("wild: process "), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("ended by signal 11 (Segmentation fault)"), std::string::npos) << run.err;
}

}  // namespace signalbox::ended_programs_test
