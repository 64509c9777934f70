#include "tools/experiment/comparison.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <ranges>

#include "tests/support/error_of.hpp"
#include "tests/support/machine_fixture.hpp"
#include "tests/support/test_folder.hpp"
#include "tools/experiment/result_file.hpp"
#include "tools/experiment/setting.hpp"
#include "tools/metrics/json_report.hpp"
#include "workloads/formats/registry.hpp"

namespace signalbox::comparison_test {

ComparisonPlan batch_plan(unsigned jobs) {
  ComparisonPlan plan;
  plan.settings.push_back(load_setting({.scenario = "mixed_batch", .format = {}, .machine = {}, .cpus = {}}));
  plan.settings.push_back(load_setting({.scenario = "mixed_batch", .format = {}, .machine = "laptop", .cpus = {}}));
  for (const std::string_view policy : {"fcfs", "lottery", "eevdf"}) plan.policies.push_back(policy_of(policy));
  plan.first_seed = 5;
  plan.seeds = 2;
  plan.jobs = jobs;
  return plan;
}

// Tasks that never end, so that a run is as long as `until` says.
Scenario endless() {
  Scenario scenario = parse_scenario(R"({"tasks": {"a": {"run": 1000, "sleep": 500}, "b": {"run": 2000}}})", "x.json");
  scenario.name = "endless";
  return scenario;
}

TEST(Comparison, OrdersRunsBySettingPolicyAndSeed) {
  const std::vector<ComparedRun> runs = run_comparison(batch_plan(1));
  ASSERT_EQ(runs.size(), 12U);
  EXPECT_EQ(runs[0].seed, 5U);
  EXPECT_EQ(runs[1].seed, 6U);
  EXPECT_EQ(runs[2].policy, 1U);
  EXPECT_EQ(runs[6].setting, 1U);
  EXPECT_EQ(runs[0].trace_hash, runs[1].trace_hash) << "fcfs draws nothing from the seed";
  EXPECT_NE(runs[2].trace_hash, runs[3].trace_hash) << "lottery does";
}

TEST(Comparison, DoesNotDependOnTheNumberOfJobs) {
  const std::vector<ComparedRun> alone = run_comparison(batch_plan(1));
  const std::vector<ComparedRun> together = run_comparison(batch_plan(3));
  ASSERT_EQ(alone.size(), together.size());
  for (std::size_t i = 0; i < alone.size(); ++i) {
    EXPECT_TRUE(alone[i].is_done && together[i].is_done);
    EXPECT_EQ(alone[i].trace_hash, together[i].trace_hash) << i;
    EXPECT_EQ(alone[i].report.turnaround.mean, together[i].report.turnaround.mean) << i;
    EXPECT_EQ(alone[i].report.switches.by_reason, together[i].report.switches.by_reason) << i;
  }
}

TEST(Comparison, AGeneratorDrawsOnceForEachSeedAndTheSameForEachPolicy) {
  ComparisonPlan plan;
  SettingRequest request{.scenario = "poisson:jobs=20", .format = {}, .machine = {}, .cpus = {}};
  request.seed = plan.first_seed = 5;
  plan.settings.push_back(load_setting(request));
  plan.policies = {policy_of("fcfs"), policy_of("srtf")};
  plan.seeds = 2;
  const std::vector<ComparedRun> runs = run_comparison(plan);
  const auto user = [&runs](std::size_t run) { return runs[run].report.cpu.user; };
  EXPECT_NE(user(0), user(1));
  EXPECT_EQ(user(0), user(2));
  EXPECT_EQ(user(1), user(3));
}

TEST(Comparison, KeepsThreadsOnlyWhenAsked) {
  ComparisonPlan plan = batch_plan(1);
  plan.settings.pop_back();
  EXPECT_EQ(run_comparison(plan).front().threads, "");
  plan.keeps_threads = true;
  const std::vector<ComparedRun> runs = run_comparison(plan);
  EXPECT_GT(nlohmann::json::parse(runs.front().threads).size(), 20U);
}

TEST(Comparison, SaysWhenARunWasNotSound) {
  ComparisonPlan plan;
  plan.settings.push_back(
      {parse_scenario(R"({"tasks": {"a": {"loop": 1, "lock": "m", "wait": {"ref": "c", "mutex": "m"}}}})", "x.json"),
       {}});
  plan.policies.push_back(policy_of("fcfs"));
  EXPECT_EQ(run_comparison(plan).front().report.end, RunEnd::deadlock);
}

// Makes the runs backwards, as processes elsewhere might.
class BackwardCrew : public Crew {
 public:
  void empty(RunQueue& queue, const MakeRun& make) override {
    std::vector<std::size_t> taken;
    while (const auto run = queue.next()) taken.push_back(*run);
    for (const std::size_t run : taken | std::views::reverse) {
      queue.finish(run, make(run, [](Instant) { return true; }));
    }
  }
};

TEST(Comparison, DoesNotDependOnTheCrew) {
  const std::vector<ComparedRun> own = run_comparison(batch_plan(1));
  BackwardCrew crew;
  std::vector<std::size_t> told;
  const auto progress = [&](std::size_t done, std::size_t all) {
    told.push_back(done);
    return all == 12;
  };
  const std::vector<ComparedRun> theirs = run_comparison(batch_plan(1), {.progress = progress, .crew = &crew});
  ASSERT_EQ(own.size(), theirs.size());
  for (std::size_t i = 0; i < own.size(); ++i) EXPECT_EQ(own[i].trace_hash, theirs[i].trace_hash) << i;
  EXPECT_EQ(told, (std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
}

TEST(Comparison, MakesOnlyWhatTheResultsLack) {
  const TestFolder folder;
  const std::string path = folder.path("r.sqlite");
  const std::vector<ComparedRun> alone = run_comparison(batch_plan(1));
  {
    ResultFile results(path);
    const auto three = [](std::size_t done, std::size_t) { return done < 3; };
    run_comparison(batch_plan(1), {.progress = three, .results = &results});
  }
  ResultFile results(path);
  std::vector<std::size_t> told;
  const auto progress = [&](std::size_t done, std::size_t) {
    told.push_back(done);
    return true;
  };
  const std::vector<ComparedRun> resumed = run_comparison(batch_plan(2), {.progress = progress, .results = &results});
  EXPECT_EQ(told.front(), 3U) << "what was there is done from the beginning";
  ASSERT_EQ(resumed.size(), alone.size());
  for (std::size_t i = 0; i < alone.size(); ++i) {
    EXPECT_EQ(resumed[i].trace_hash, alone[i].trace_hash) << i;
    EXPECT_EQ(to_json(resumed[i].report), to_json(alone[i].report)) << i;
  }
}

TEST(Comparison, MakesAgainWhatWasStoredWithoutThreads) {
  const TestFolder folder;
  ResultFile results(folder.path("r.sqlite"));
  ComparisonPlan plan = batch_plan(1);
  run_comparison(plan, {.results = &results});
  plan.keeps_threads = true;
  EXPECT_NE(run_comparison(plan, {.results = &results}).front().threads, "");
  plan.keeps_threads = false;
  run_comparison(plan, {.results = &results});
  EXPECT_NE(results.find(key_of(plan, empty_grid(plan).front()))->threads, "") << "what is there stays";
}

TEST(Comparison, RefusesAStoredResultThatIsNone) {
  const TestFolder folder;
  ResultFile results(folder.path("r.sqlite"));
  const ComparisonPlan plan = batch_plan(1);
  results.append(key_of(plan, empty_grid(plan)[2]), {}, {.report = "{}"});
  EXPECT_EQ(error_of([&] { run_comparison(plan, {.results = &results}); }),
            folder.path("r.sqlite") +
                ": error: holds no readable result of mixed_batch under lottery, seed 5; "
                "expected what `compare --results` wrote");
}

TEST(Comparison, StopsBetweenRunsWhenToldTo) {
  for (const unsigned jobs : {1U, 2U}) {
    const std::vector<ComparedRun> runs =
        run_comparison(batch_plan(jobs), {.progress = [](std::size_t done, std::size_t) { return done < 2; }});
    const auto done = std::ranges::count(runs, true, &ComparedRun::is_done);
    EXPECT_GE(done, 2);
    EXPECT_LE(done, 3) << "whoever was busy when it was told may have been at its end";
  }
}

TEST(Comparison, StopsWithinALongRunWhenToldTo) {
  ComparisonPlan plan;
  plan.settings.push_back({endless(), {}});
  plan.policies.push_back(policy_of("round_robin"));
  plan.until = 1'000'000_s;  // hours of host time
  int asked = 0;
  const std::vector<ComparedRun> runs = run_comparison(plan, {.progress = [&](std::size_t done, std::size_t all) {
                                                         EXPECT_EQ(done, 0U);
                                                         EXPECT_EQ(all, 1U);
                                                         return ++asked < 3;
                                                       }});
  EXPECT_FALSE(runs.front().is_done);
}

TEST(Comparison, PassesOnWhatARunThrows) {
  for (const unsigned jobs : {1U, 3U}) {
    ComparisonPlan plan = batch_plan(jobs);
    plan.settings[0].scenario.tasks[0].program = ProgramCall{"nosuch", {}, {"x.json", 3, 4}};
    EXPECT_EQ(error_of([&] { run_comparison(plan); }).substr(0, 12), "x.json:3:4: ") << jobs;
  }
}

}  // namespace signalbox::comparison_test
