#include "tools/experiment/verdict.hpp"

#include <gtest/gtest.h>

#include "tests/support/hand_made_runs.hpp"

namespace signalbox::verdict_test {

// What one policy's run counted.
struct Counted {
  Duration makespan{};
  Duration longest_run{};
  std::string longest_run_thread{};
  Duration longest_wait{};
  std::string longest_wait_thread{};
  std::uint64_t preemptions = 0;
  std::uint64_t starved = 0;
  std::uint64_t switches = 0;
  Duration switching{};
};

std::string verdict_on(const std::vector<Counted>& policies, const std::vector<std::string>& names) {
  const auto runs = hand_made_runs(policies.size(), 1, [&](RunReport& report, std::size_t index, std::size_t) {
    const Counted& policy = policies[index];
    report.makespan = policy.makespan;
    report.causes.longest_run = policy.longest_run;
    report.causes.longest_run_thread = policy.longest_run_thread;
    report.causes.longest_wait = policy.longest_wait;
    report.causes.longest_wait_thread = policy.longest_wait_thread;
    report.causes.preemptions = policy.preemptions;
    report.causes.starved = policy.starved;
    report.switches.voluntary = policy.switches;
    report.cpu.switching = policy.switching;
  });
  return verdict(rank(*find_metric("makespan"), runs, policies.size()), runs, names);
}

TEST(Verdict, NamesAConvoy) {
  const Counted sliced{.makespan = 10_ms, .longest_run = 2_ms, .longest_run_thread = "payroll"};
  const Counted queued{.makespan = 50_ms, .longest_run = 240_ms, .longest_run_thread = "payroll"};
  EXPECT_EQ(verdict_on({queued, sliced}, {"fcfs", "round_robin"}),
            "round_robin is best in makespan (10 ms; worst is fcfs, 50 ms): nobody held a CPU longer than 2 ms, while "
            "payroll held one for 240 ms under fcfs (convoy).");
}

TEST(Verdict, NamesStarvation) {
  const Counted fair{.makespan = 10_ms, .longest_wait = 8_ms, .longest_wait_thread = "short"};
  const Counted greedy{.makespan = 12_ms, .longest_wait = 800_ms, .longest_wait_thread = "long", .starved = 1};
  EXPECT_EQ(verdict_on({fair, greedy}, {"cfs", "srtf"}),
            "cfs is best in makespan (10 ms; worst is srtf, 12 ms): srtf starved 1 thread, long for 800 ms.");
}

TEST(Verdict, PutsStarvationBeforeWhatIsFurtherApart) {
  const Counted fair{.makespan = 10_ms, .longest_wait = 8_ms, .longest_wait_thread = "short", .switches = 1'000};
  const Counted greedy{.makespan = 12_ms, .longest_wait = 800_ms, .longest_wait_thread = "long", .starved = 2};
  EXPECT_EQ(verdict_on({fair, greedy}, {"edf", "fcfs"}),
            "edf is best in makespan (10 ms; worst is fcfs, 12 ms): fcfs starved 2 threads, long for 800 ms; it "
            "switched 1000 times, fcfs 0.");
}

TEST(Verdict, PutsTheMostTellingOfThreeFirst) {
  const Counted calm{.makespan = 10_ms, .longest_run = 20_ms, .preemptions = 10, .switches = 50, .switching = 1_us};
  const Counted hectic{.makespan = 12_ms, .longest_run = 5_ms, .preemptions = 100, .switches = 100, .switching = 1_ms};
  EXPECT_EQ(verdict_on({calm, hectic}, {"calm", "hectic"}),
            "calm is best in makespan (10 ms; worst is hectic, 12 ms): switching took 1 us, not 1 ms; it preempted 10 "
            "times, hectic 100; threads ran on for up to 20 ms instead of 5 ms.");
}

TEST(Verdict, DoesNotInventACause) {
  const Counted one{.makespan = 10_ms, .preemptions = 10};
  const Counted other{.makespan = 12_ms, .preemptions = 11};
  EXPECT_EQ(verdict_on({one, other}, {"sjf", "fcfs"}),
            "sjf is best in makespan (10 ms; worst is fcfs, 12 ms); no counted cause sets them apart: the order of the "
            "queue alone does.");
}

TEST(Verdict, NamesWhatMemoryCost) {
  const auto runs = hand_made_runs(2, 1, [&](RunReport& report, std::size_t index, std::size_t) {
    report.makespan = index == 0 ? 10_ms : 12_ms;
    report.memory = MemoryReport{.tlb_misses = index == 0 ? 600U : 60'000U,
                                 .root_loads = index == 0 ? 2U : 4000U,
                                 .root_flushes = index == 0 ? 0U : 3000U};
  });
  EXPECT_EQ(verdict(rank(*find_metric("makespan"), runs, 2), runs, {"threads", "processes"}),
            "threads is best in makespan (10 ms; worst is processes, 12 ms): it flushed the TLB at a switch 0 times, "
            "processes 3000; it loaded a page-table root 2 times, processes 4000; it walked page tables 600 times, "
            "processes 60000.");
}

TEST(Verdict, IsEmptyWhereNobodyWins) {
  const Counted same{.makespan = 10_ms};
  EXPECT_EQ(verdict_on({same, same}, {"a", "b"}), "");
}

TEST(Verdict, NamesAFewWinnersAndCountsMany) {
  const Counted good{.makespan = 10_ms};
  const Counted bad{.makespan = 20_ms};
  EXPECT_EQ(verdict_on({good, bad, good}, {"a", "b", "c"}).substr(0, 29), "a, c are best in makespan (10");
  EXPECT_EQ(verdict_on({bad, good, good, good, good}, {"a", "b", "c", "d", "e"}).substr(0, 30),
            "b and 3 others are best in mak");
}

TEST(Verdict, SaysWhoTheSeedsDoNotTellFromTheBest) {
  const auto runs = runs_of_makespans({{98, 60}, {82, 82}, {120, 120}});
  EXPECT_EQ(verdict(rank(*find_metric("makespan"), runs, 3), runs, {"lottery", "srtf", "fcfs"}),
            "srtf is best in makespan (82 ms; worst is fcfs, 120 ms); no counted cause sets them apart: the order of "
            "the queue alone does. The seeds do not tell lottery from srtf.");
}

TEST(Verdict, NamesWhoPreemptedWhereSeveralWon) {
  const Counted good{.makespan = 10_ms, .preemptions = 10};
  const Counted bad{.makespan = 20_ms, .preemptions = 100};
  EXPECT_EQ(verdict_on({good, bad, good}, {"a", "b", "c"}),
            "a, c are best in makespan (10 ms; worst is b, 20 ms): a preempted 10 times, b 100.");
}

TEST(Verdict, IsEmptyWithoutTheMetric) {
  const auto runs = runs_of_makespans({{1}, {2}});
  EXPECT_EQ(verdict(rank(*find_metric("turnaround"), runs, 2), runs, {"a", "b"}), "");
}

TEST(Verdict, EqualCountsOfManySeedsHaveAWholeMean) {
  const auto runs = hand_made_runs(2, 10, [&](RunReport& report, std::size_t policy, std::size_t) {
    report.makespan = policy == 0 ? 10_ms : 20_ms;
    report.causes.preemptions = policy == 0 ? 3 : 7;
  });
  EXPECT_EQ(verdict(rank(*find_metric("makespan"), runs, 2), runs, {"a", "b"}),
            "a is best in makespan (10 ms; worst is b, 20 ms): it preempted 3 times, b 7.");
}

}  // namespace signalbox::verdict_test
