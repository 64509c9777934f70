#include "tools/commands/ended_programs.hpp"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

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

TEST(EndedPrograms, SaysWhomASignalEndedAndHowTheFirstOneDid) {
  EndedPrograms ended;
  EXPECT_EQ(ended.summary(), "has not ended");
  const auto created = TraceKind::process_created;
  const auto exited = TraceKind::process_exited;
  const std::array batch{event_of(created, 7, 1, 1), event_of(created, 8, 1, 1), event_of(created, 9, 1, 1),
                         event_of(exited, 8, 11, 0), event_of(exited, 7, 512, 0)};
  ended.consume(batch, OneName());
  EXPECT_EQ(ended.deaths(),
            std::vector<std::string>{"prog: process 8 ended by signal 11 (Segmentation fault) at 70 ns"});
  EXPECT_EQ(ended.first_status(), WaitStatus::exited(2));
  EXPECT_EQ(
      ended.summary(),
      "exited with status 2; of 3 processes 1 ended by signal 11 (Segmentation fault), 1 exited with status 2, 1 had "
      "not ended");
  nlohmann::ordered_json head;
  ended.add_to(head);
  EXPECT_EQ(head.dump(), R"({"exit_code":2,"signal":null,"processes":[)"
                         R"({"name":"prog","pid":8,"end_ns":70,"exit_code":null,"signal":11},)"
                         R"({"name":"prog","pid":7,"end_ns":70,"exit_code":2,"signal":null}]})");
}

TEST(EndedPrograms, WhomAnotherOneKilledHasNoDeathToTellOf) {
  EndedPrograms ended;
  const std::array batch{event_of(TraceKind::process_created, 7, 1, 1), event_of(TraceKind::process_exited, 7, 9, 0)};
  ended.consume(batch, OneName());
  EXPECT_TRUE(ended.deaths().empty());
  EXPECT_EQ(ended.summary(), "ended by signal 9 (Killed)");
}

TEST(EndedPrograms, RunTellsOfCompiledPrograms) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const TestFolder folder;
  const std::string path = compile_c(folder, "wild", "int main(void) { return *(volatile int *)0; }");
  const CommandRun run = command({"run", path, "--exit-status"});
  EXPECT_EQ(run.status, 128 + 11);
  EXPECT_NE(run.err.find("wild: process "), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("ended by signal 11 (Segmentation fault)"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("\n    thread 2 at " + folder.path("wild.c") +
                         ":1 in main\n    address 0x0, where nothing is mapped\n"),
            std::string::npos)
      << run.err;
  EXPECT_NE(run.out.find("\nprogram     ended by signal 11 (Segmentation fault)\n"), std::string::npos) << run.out;
}

}  // namespace signalbox::ended_programs_test
