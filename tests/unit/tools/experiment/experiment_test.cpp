#include "tools/experiment/experiment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/machine_fixture.hpp"
#include "workloads/formats/registry.hpp"

namespace signalbox::experiment_test {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr const char* two_for_ever = R"({"tasks": {"a": {"run": 1000, "sleep": 500}, "b": {"run": 2000}}})";

// A request that owns what it refers to.
struct OwnedRequest {
  Scenario scenario;
  MachineConfig machine;
  PolicyChoice policy;
  std::uint64_t seed = 1;
  std::optional<Duration> until;

  OwnedRequest(std::string_view text, std::string_view policy_text, std::optional<Duration> end = {})
      : scenario(parse_scenario(text, "x.json")), policy(policy_of(policy_text)), until(end) {}
  std::unique_ptr<RunOutcome> run(std::span<TraceSink* const> sinks = {}, const Progress& progress = {}) const {
    return run_experiment({.scenario = scenario, .machine = machine, .policy = policy, .seed = seed, .until = until},
                          sinks, progress);
  }
};

TEST(Experiment, SameRequestSameHash) {
  OwnedRequest request(two_for_ever, "lottery", 500_ms);
  const std::uint64_t hash = request.run()->trace_hash;
  EXPECT_EQ(request.run()->trace_hash, hash);
  request.seed = 2;
  EXPECT_NE(request.run()->trace_hash, hash);
}

TEST(Experiment, TaskGroupsShareAndAreReported) {
  const OwnedRequest request(R"({"tasks": {"a": {"taskgroup": "/a", "run": 1000}, "b": {"phases": {
    "alone": {"loop": 5, "run": 1000}, "grouped": {"loop": -1, "taskgroup": "/b/c", "run": 1000}}}}})",
                             "eevdf", 1_s);
  const std::vector groups{TaskGroupSpec{.path = "/b", .weight = 300}, TaskGroupSpec{.path = "/a", .quota = 10_ms}};
  const auto outcome = run_experiment({.scenario = request.scenario,
                                       .machine = request.machine,
                                       .policy = request.policy,
                                       .until = request.until,
                                       .groups = groups});
  const std::vector<GroupReport> reports = outcome->metrics.report().groups;
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].path, "/b");
  EXPECT_EQ(reports[0].cpu, 900_ms - 5_ms);
  EXPECT_EQ(reports[1].cpu, 100_ms);
  EXPECT_EQ(reports[1].periods, 10U);
  EXPECT_EQ(reports[2].path, "/b/c");
  EXPECT_EQ(reports[2].cpu, reports[0].cpu);
  EXPECT_TRUE(OwnedRequest(two_for_ever, "eevdf", 10_ms).run()->metrics.report().groups.empty());
}

TEST(Experiment, AGroupThatNobodyIsInLeavesFairnessMeasured) {
  constexpr std::string_view grouped = R"({"tasks": {"a": {"taskgroup": "/a", "run": 1000}, "b": {"run": 1000}}})";
  const std::vector groups{TaskGroupSpec{.path = "/nobody"}};
  const auto has_fairness = [&](std::string_view scenario, std::string_view policy) {
    const OwnedRequest request(scenario, policy, 10_ms);
    return run_experiment({.scenario = request.scenario,
                           .machine = request.machine,
                           .policy = request.policy,
                           .until = request.until,
                           .groups = groups})
        ->metrics.report()
        .fairness_jain.has_value();
  };
  EXPECT_TRUE(has_fairness(two_for_ever, "eevdf"));
  EXPECT_FALSE(has_fairness(grouped, "eevdf"));
  EXPECT_TRUE(has_fairness(grouped, "round_robin")) << "it heeds no groups";
}

// sched_setattr(2), EBUSY: as if each thread asked for it itself.
TEST(Experiment, DeadlineTasksBeyondTheBandwidthAreNotStarted) {
  const auto outcome = OwnedRequest(R"({"tasks": {"a": {"policy": "SCHED_DEADLINE", "dl-runtime": 6000,
    "dl-period": 10000, "instance": 2, "loop": 3, "run": 1000}}})",
                                    "linux")
                           .run();
  EXPECT_EQ(outcome->metrics.report().threads, 1U);
  ASSERT_EQ(outcome->notes.size(), 1U);
  EXPECT_THAT(outcome->notes.front(), HasSubstr("starting a failed once: EBUSY"));
}

TEST(Experiment, EndsWhenTold) {
  const auto outcome = OwnedRequest(two_for_ever, "fcfs", 30_ms).run();
  EXPECT_EQ(outcome->end, RunEnd::until);
  EXPECT_EQ(outcome->metrics.report().elapsed, 30_ms);
  EXPECT_TRUE(is_sound(outcome->end));
  EXPECT_FALSE(outcome->stall.has_value());
}

TEST(Experiment, TheCallersEndComesBeforeTheScenarios) {
  const std::string text = R"({"tasks": {"a": {"run": 1000}}, "global": {"duration": 2}})";
  EXPECT_EQ(OwnedRequest(text, "fcfs").run()->metrics.report().elapsed, 2_s);
  EXPECT_EQ(OwnedRequest(text, "fcfs", 30_ms).run()->metrics.report().elapsed, 30_ms);
}

TEST(Experiment, EndsWhenAllHasEnded) {
  const auto outcome = OwnedRequest(R"({"tasks": {"a": {"loop": 2, "run": 1000, "sleep": 500}}})", "fcfs").run();
  EXPECT_EQ(outcome->end, RunEnd::finished);
  EXPECT_EQ(outcome->metrics.report().makespan, 3_ms);
}

TEST(Experiment, ADeadlockIsReported) {
  const auto outcome = OwnedRequest(R"({"tasks": {
    "left": {"loop": 1, "lock": "x", "sleep": 1000, "lock": "y"},
    "right": {"loop": 1, "lock": "y", "sleep": 1000, "lock": "x"}}})",
                                    "fcfs")
                           .run();
  EXPECT_EQ(outcome->end, RunEnd::deadlock);
  EXPECT_FALSE(is_sound(outcome->end));
  ASSERT_TRUE(outcome->stall.has_value());
  ASSERT_EQ(outcome->stall->threads.size(), 2U);
  EXPECT_EQ(outcome->stall->threads[0].name, "left");
  EXPECT_EQ(outcome->stall->threads[0].kind, WaitKind::mutex);
  EXPECT_EQ(outcome->stall->threads[0].object, "y");
  EXPECT_EQ(outcome->stall->threads[0].since, Instant() + 1_ms);
}

TEST(Experiment, LookingAtTheUserChangesNothing) {
  const OwnedRequest request(two_for_ever, "eevdf", 1'234_ms);
  std::vector<Instant> moments;
  const auto watched = request.run({}, [&](Instant now) {
    moments.push_back(now);
    return true;
  });
  EXPECT_EQ(watched->trace_hash, request.run()->trace_hash);
  EXPECT_EQ(watched->metrics.report().elapsed, 1'234_ms);
  EXPECT_GE(moments.size(), 4U);
  EXPECT_LE(moments.size(), 13U);
  EXPECT_TRUE(std::ranges::is_sorted(moments));
}

TEST(Experiment, LooksAtTheUserLessOftenWhereLittleHappens) {
  const OwnedRequest request(R"({"tasks": {"a": {"run": 1000, "sleep": 999000}}})", "fcfs", 200_s);
  std::vector<Instant> moments;
  const auto watched = request.run({}, [&](Instant now) {
    moments.push_back(now);
    return true;
  });
  EXPECT_EQ(watched->trace_hash, request.run()->trace_hash);
  EXPECT_LT(moments.size(), 1'000U) << "2,000 of every 100 ms";
  for (std::size_t i = 1; i < moments.size(); ++i) ASSERT_LE(moments[i] - moments[i - 1], 3200_ms) << i;
}

TEST(Experiment, StopsWhenTheUserHasHadEnough) {
  Instant enough;
  const auto outcome = OwnedRequest(two_for_ever, "fcfs").run({}, [&](Instant now) {
    enough = now;
    return now < Instant() + 1_s;
  });
  EXPECT_EQ(outcome->end, RunEnd::until);
  EXPECT_GE(outcome->metrics.report().elapsed, 1_s);
  EXPECT_EQ(outcome->metrics.report().elapsed, enough.since_start()) << "not a moment later";
}

TEST(Experiment, OtherSinksReadTheSameTrace) {
  const OwnedRequest request(two_for_ever, "fcfs", 10_ms);
  RecordedTrace trace;
  TraceSink* const sinks[] = {&trace};
  EXPECT_EQ(request.run(sinks)->trace_hash, request.run()->trace_hash);
  EXPECT_EQ(trace.end(), Instant() + 10_ms);
  EXPECT_EQ(trace.of(TraceKind::machine_stopped).size(), 1U);
}

TEST(Experiment, NotesWhatScriptsTriedInVain) {
  const auto outcome = OwnedRequest(R"({"tasks": {"a": {"loop": 1, "unlock": "m", "run": 10}}})", "fcfs").run();
  ASSERT_EQ(outcome->notes.size(), 1U);
  EXPECT_THAT(outcome->notes.front(), HasSubstr("x.json:1:"));
}

TEST(CheckHostMemory, RefusesWhatTheHostDoesNotHave) {
  Scenario scenario = parse_scenario(R"({"tasks": {"a": {"instance": 1000, "run": 10}}})", "x.json");
  scenario.name = "crowd";
  EXPECT_EQ(error_of([&] { check_host_memory(scenario, 1); }), "no error");
  EXPECT_THAT(error_of([&] { check_host_memory(scenario, 10'000'000); }),
              MatchesRegex("crowd: error: its threads need [0-9.]+ GiB of memory in 10000000 simulations at once; "
                           "expected at most the [0-9.]+ GiB that this host has free"));
}

}  // namespace signalbox::experiment_test
