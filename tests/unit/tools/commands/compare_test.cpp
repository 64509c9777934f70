#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"
#include "tests/support/json_promises.hpp"

namespace signalbox::compare_test {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Names = std::vector<std::string>;

TEST(CompareCommand, PrintsATableAndAVerdict) {
  const CommandRun run = command({"compare", "mixed_batch", "--policies", "fcfs,round_robin:quantum=2ms"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(run.out, StartsWith("mixed_batch on textbook (1 CPU, exact decisions), 1 seed\n\npolicy  "));
  EXPECT_THAT(run.out, HasSubstr("\nround_robin:quantum=2ms  "));
  EXPECT_THAT(run.out, HasSubstr(" best in turnaround ("));
}

TEST(CompareCommand, ComparesSeveralScenarios) {
  const TestFolder folder;
  const CommandRun run =
      command({"compare", folder.write("two.json", two_tasks), "ping_pong", "--policies", "fcfs,sjf", "--until", "1s"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, StartsWith("two on textbook"));
  EXPECT_THAT(run.out, HasSubstr("\nping_pong on textbook"));
}

TEST(CompareCommand, JsonHoldsEveryRunAndTheSummary) {
  const CommandRun run = command({"compare", "mixed_batch", "--policies", "fcfs,lottery", "--seeds", "3", "--seed", "4",
                                  "--jobs", "2", "--json", "-"});
  const nlohmann::json json = run.json();
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(json["schema"], 1);
  ASSERT_EQ(json["runs"].size(), 6U);
  for (const nlohmann::json& one : json["runs"]) {
    expect_promised_keys(one);
    expect_whole_numbers(one);
  }
  EXPECT_EQ(json["runs"][0]["seed"], 4);
  EXPECT_EQ(json["runs"][5]["seed"], 6);
  EXPECT_EQ(json["runs"][5]["policy"], "lottery");
  ASSERT_FALSE(json["summary"].empty());
  for (const nlohmann::json& row : json["summary"]) {
    for (const std::string key : {"scenario", "policy", "metric", "mean", "margin_95", "seeds", "rank", "supported"}) {
      EXPECT_TRUE(row.contains(key)) << key;
    }
  }
}

TEST(CompareCommand, ARunIsTheSameAsAloneAndWithAnyJobs) {
  const nlohmann::json alone =
      command({"run", "mixed_batch", "--policy", "lottery", "--seed", "2", "--json", "-"}).json();
  for (const std::string jobs : {"1", "4"}) {
    const nlohmann::json json =
        command({"compare", "mixed_batch", "--policies", "fcfs,lottery", "--seeds", "2", "--jobs", jobs, "--json", "-"})
            .json();
    EXPECT_EQ(json["runs"][3], alone) << jobs;
  }
}

TEST(CompareCommand, ShowsTheMetricsAskedFor) {
  const std::string out =
      command({"compare", "mixed_batch", "--policies", "fcfs", "--metrics", "makespan,switch_time"}).out;
  EXPECT_THAT(out, HasSubstr("makespan"));
  EXPECT_THAT(out, HasSubstr("switching"));
  EXPECT_EQ(out.find("waiting"), std::string::npos);
}

TEST(CompareCommand, ADeadlockIsStatusOneAndNamesTheRun) {
  const TestFolder folder;
  const CommandRun run = command({"compare", folder.write("dead.json", deadlock_of_two), "--policies", "fcfs,sjf"});
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.err,
            "dead under fcfs, seed 1: deadlock; `signalbox run` says who waits for what\n"
            "dead under sjf, seed 1: deadlock; `signalbox run` says who waits for what\n");
}

TEST(CompareCommand, ASweepOfOneOptionHasARowAValue) {
  const CommandRun run = command({"compare", "mixed_batch", "--vary", "round_robin:quantum=1ms..20ms", "--seeds", "2"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(run.out,
              StartsWith("round_robin by quantum: mixed_batch on textbook (1 CPU, exact decisions), 2 seeds\n\n"
                         "quantum  "));
  for (const std::string value : {"\n1ms  ", "\n2ms  ", "\n5ms  ", "\n10ms  ", "\n20ms  "}) {
    EXPECT_THAT(run.out, HasSubstr(value));
  }
  EXPECT_THAT(run.out, HasSubstr(" ms *"));
  EXPECT_THAT(run.out, HasSubstr("*: the best; "));
  EXPECT_THAT(run.out, HasSubstr("quantum=1ms is best in turnaround ("));
}

TEST(CompareCommand, ASweepBesidePoliciesOrOfSeveralOptionsNamesWholePolicies) {
  const CommandRun beside = command({"compare", "mixed_batch", "--policies", "fcfs", "--vary",
                                     "round_robin:quantum=5ms|10ms", "--metrics", "turnaround"});
  EXPECT_THAT(beside.out, StartsWith("mixed_batch on textbook"));
  for (const std::string name : {"\nfcfs  ", "\nround_robin:quantum=5ms  ", "\nround_robin:quantum=10ms  "}) {
    EXPECT_THAT(beside.out, HasSubstr(name));
  }
  const CommandRun several = command({"compare", "mixed_batch", "--vary", "mlfq:queues=2|3", "--vary",
                                      "mlfq:quantum=1ms|5ms", "--metrics", "turnaround"});
  for (const std::string name : {"2,quantum=1ms", "2,quantum=5ms", "3,quantum=1ms", "3,quantum=5ms"}) {
    EXPECT_THAT(several.out, HasSubstr("\nmlfq:queues=" + name + "  "));
  }
}

TEST(CompareCommand, JsonOfASweepNamesPoliciesWithTheValue) {
  const nlohmann::json json =
      command({"compare", "mixed_batch", "--vary", "round_robin:quantum=5ms|10ms", "--json", "-"}).json();
  ASSERT_EQ(json["runs"].size(), 2U);
  expect_promised_keys(json["runs"][1]);
  EXPECT_EQ(json["runs"][1]["policy"], "round_robin");
  EXPECT_EQ(json["runs"][1]["options"]["quantum_ns"], 10'000'000);
  EXPECT_EQ(json["summary"][1]["policy"], "round_robin:quantum=10ms");
}

TEST(CompareCommand, ResultsAreMadeOnceAndReportedTheSame) {
  const TestFolder folder;
  const Names work{"compare", "mixed_batch", "--policies", "lottery,eevdf", "--seeds", "3"};
  const auto with = [&](Names arguments) {
    arguments.insert(arguments.begin(), work.begin(), work.end());
    return command(arguments);
  };
  const CommandRun plain = with({});
  const std::string results = folder.path("r.sqlite");
  const CommandRun first = with({"--results", results});
  EXPECT_EQ(first.out, plain.out);
  EXPECT_EQ(first.err, "");
  const CommandRun second = with({"--results", results});
  EXPECT_EQ(second.out, plain.out);
  EXPECT_THAT(second.err, HasSubstr(results + ": 6 of 6 runs were there already\n"));
  EXPECT_EQ(with({"--results", results, "--quiet"}).err, "");
  EXPECT_EQ(folder.files(), Names{"r.sqlite"}) << "no logs of SQLite's are left";
}

TEST(CompareCommand, JsonFromResultsIsTheSame) {
  const TestFolder folder;
  const Names work{"compare", "mixed_batch", "--policies", "lottery", "--seeds", "2", "--json", "-"};
  const std::string plain = command(work).out;
  Names stored = work;
  stored.insert(stored.end(), {"--results", folder.path("r.sqlite")});
  EXPECT_EQ(command(stored).out, plain);
  EXPECT_EQ(command(stored).out, plain);
}

TEST(CompareCommand, ResultsOfADeadlockKeepItsStatus) {
  const TestFolder folder;
  const Names work{
      "compare", folder.write("dead.json", deadlock_of_two), "--policies", "fcfs", "--results", folder.path("r.sqlite"),
      "--quiet"};
  const CommandRun first = command(work);
  EXPECT_EQ(first.status, 1);
  const CommandRun second = command(work);
  EXPECT_EQ(second.status, 1);
  EXPECT_EQ(second.err, first.err);
}

TEST(CompareCommand, EveryBadScenarioIsALineAndNoneIsRun) {
  const CommandRun two = command({"compare", "nosuch", "mixed_batch", "neither"});
  EXPECT_EQ(two.status, 2);
  EXPECT_THAT(two.err, AllOf(StartsWith("nosuch: error: no such scenario"), HasSubstr("\nneither: error: no such scen"),
                             EndsWith("; none of the 3 scenarios was run\n")));
}

TEST(CompareCommand, BadInputIsOneLineAndNoFile) {
  const TestFolder folder;
  const std::string good = folder.write("good.json", two_tasks);
  struct Bad {
    Names arguments;
    std::string error;
  };
  const Bad cases[] = {
      {{good, "nosuch"}, "nosuch: error: no such scenario"},
      {{good, "--policies", "fcfs,nosuch"}, "--policies:1:6: error: "},
      {{good, "--policies", "rr"}, "--policies:1:1: error: "},
      {{good, "--policies", ""}, "--policies:1:1: error: "},
      {{good, "--metrics", "waiting,turnaruond"},
       "--metrics:1:9: error: no metric 'turnaruond'; expected a name that "},
      {{good, "--metrics", ""}, "--metrics:1:1: error: "},
      {{good, "--until", "soon"}, "--until:1:1: error: "},
      {{good, "--machine", "nosuch"}, "nosuch: error: no machine of that name"},
      {{good, "--json", "/nonexistent/x"}, "/nonexistent/x: error: cannot be written"},
      {{good, "--json", good}, good + ": error: would be overwritten, and is read"},
      {{good, "--vary", "round_robin:quantum=1"}, "--vary:1:21: error: "},
      {{good, "--vary", "mlfq:queues=1..10,quantum=1us..10s/100,boost=1ms..1s/10", "--seeds", "200"},
       "compare: error: these are more than a million runs; expected fewer values, policies or seeds"},
      {{good, "--results", "/nonexistent/x"}, "/nonexistent/x: error: cannot be written"},
      {{good, "--results", good}, good + ": error: is no SQLite file; expected "},
      {{good, "--results", folder.path("x"), "--json", folder.path("x")},
       folder.path("x") + ": error: would be written twice"},
  };
  for (const Bad& bad : cases) {
    Names arguments{"compare", "--json", folder.path("out.json")};
    if (std::ranges::find(bad.arguments, "--json") != bad.arguments.end()) arguments.resize(1);
    arguments.insert(arguments.end(), bad.arguments.begin(), bad.arguments.end());
    const CommandRun run = command(arguments);
    EXPECT_TRUE(run.is_refused()) << run.status << run.out << run.err;
    EXPECT_THAT(run.err, StartsWith(bad.error));
    EXPECT_EQ(folder.files(), Names{"good.json"}) << bad.error;
  }
}

}  // namespace signalbox::compare_test
