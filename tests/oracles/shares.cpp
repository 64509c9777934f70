#include <cmath>

#include "tests/oracles/measures.hpp"
#include "tests/oracles/registry.hpp"

namespace signalbox {
namespace {

const std::string tanenbaum = "Tanenbaum and Bos, Modern Operating Systems, 4th edition, section 2.4.3";
const std::string ostep = "Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 9, ";
const std::string lottery_paper = "Waldspurger and Weihl, Lottery Scheduling, OSDI 1994, section ";
const std::string stride_report = "Waldspurger and Weihl, Stride Scheduling, MIT/LCS/TM-528, 1995";
const std::string pct_paper = "Burckhardt et al., A Randomized Scheduler with Probabilistic Guarantees, ASPLOS 2010";

void add_guaranteed(std::vector<Oracle>& oracles) {
  oracles.push_back({"guaranteed", tanenbaum + ", Guaranteed Scheduling", "CPU share of each of n = 4: 1 / n", is(0.25),
                     share({.jobs = nice_hogs({0, 5, 10, 19}), .horizon = 4_s}, 3)});
  std::vector<DriverJob> users = nice_hogs({0, 0, 0, 0, 0});
  for (DriverJob& job : users) job.process = Pid(job.name == "E" ? 2 : 1);
  oracles.push_back({"guaranteed:by=process,quantum=1ms", tanenbaum + ", Fair-Share Scheduling",
                     "sequence of A, B, C, D of one owner and E of another",
                     is("A1 E1 B1 E1 C1 E1 D1 E1 A1 E1 B1 E1 C1 E1 D1 E1"),
                     job_gantt({.jobs = users, .horizon = 16_ms})});
}

// The most that what one of them got differs from `fair`, at the end of any quantum of 1 ms.
template <class Fair>
Measure largest_error(const std::vector<std::uint32_t>& tickets, Duration horizon, Fair fair) {
  return [=](const std::string& policy) -> Measured {
    PolicyDriver driver(policy, {});
    for (const DriverJob& job : hogs(tickets)) driver.add(job);
    double largest = 0;
    for (Duration now = 1_ms; now <= horizon; now += 1_ms) {
      driver.run(Instant() + now);
      largest = std::max(largest, fair(driver));
    }
    return largest;
  };
}

double worst_pair(const PolicyDriver& driver) {
  double worst = 0;
  for (std::size_t i = 0; i < driver.task_count(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const DriverTask& one = driver.task(i);
      const DriverTask& other = driver.task(j);
      const double share = one.entity.weight / static_cast<double>(one.entity.weight + other.entity.weight);
      worst = std::max(worst, std::abs(milliseconds(one.ran) - share * milliseconds(one.ran + other.ran)));
    }
  }
  return worst;
}

void add_stride(std::vector<Oracle>& oracles) {
  const std::string policy = "stride:quantum=1ms";
  oracles.push_back({policy, ostep + "figure 9.3", "who runs, tickets A 100, B 50, C 250", is("A1 B1 C3 A1 C2"),
                     job_gantt({.jobs = hogs({100, 50, 250}), .horizon = 8_ms})});
  const auto quanta = [](const PolicyDriver& driver) {
    return fmt::format("{} {} {}", driver.task(0).ran / 1_ms, driver.task(1).ran / 1_ms, driver.task(2).ran / 1_ms);
  };
  oracles.push_back({policy, stride_report, "quanta of the first six, tickets 3 : 2 : 1", is("3 2 1"),
                     of_run({.jobs = hogs({3, 2, 1}), .horizon = 6_ms}, quanta)});
  oracles.push_back({policy, stride_report, "largest error of a pair, tickets 13 : 7 : 3 : 1 (quanta)", at_most(1),
                     largest_error({13, 7, 3, 1}, 240_ms, worst_pair)});
  std::vector<std::uint32_t> skewed(101, 1);
  skewed[0] = 100;
  const auto of_the_first = [](const PolicyDriver& driver) {
    return std::abs(milliseconds(driver.task(0).ran) - milliseconds(driver.now().since_start()) / 2);
  };
  oracles.push_back({policy, stride_report, "largest error of 100 of 200 tickets, 101 clients (quanta)", at_most(50),
                     largest_error(skewed, 400_ms, of_the_first)});
}

// First to finish over last to finish, of two jobs alike.
double unfairness(const PolicyDriver& driver) {
  const auto [first, last] = std::minmax(driver.task(0).finish, driver.task(1).finish);
  return first.since_start().seconds() / last.since_start().seconds();
}

void add_lottery(std::vector<Oracle>& oracles) {
  const std::string policy = "lottery:quantum=1ms";
  oracles.push_back({policy, lottery_paper + "2.2", "CPU share of 3 of 4 tickets: p, drawn 10000 times",
                     about_chance(0.75, 10'000), share({.jobs = hogs({3, 1}), .horizon = 10_s}, 0)});
  constexpr int runs = 2000;
  const auto first_win = [](const PolicyDriver& driver) {
    return milliseconds(driver.task(0).first_run.value_or(Instant::max()).since_start()) + 1;
  };
  oracles.push_back({policy, lottery_paper + "2.2", "lotteries until 1 of 4 tickets wins: 1 / p, 2000 runs",
                     about(4, interval(std::sqrt(12), runs)),  // a geometric distribution: (1 - p) / p^2
                     mean_of({.jobs = hogs({1, 3}), .horizon = 200_ms}, runs, first_win)});
  oracles.push_back({policy, ostep + "section 9.4", "first over last finish of two jobs of a quantum each", is(0.5),
                     mean_of({.jobs = {job("A", 1_ms), job("B", 1_ms)}}, 100, unfairness)});
  DriverJob brief{.name = "B", .arrival = {}, .steps = {}};
  for (int i = 0; i < 20'000; ++i) brief.steps.push_back({20_ms, {}, true});
  // Of 12000 lotteries A wins a sixth; how many differs by 41, which is 0.6 % of the shares.
  const JobRun both{.jobs = {hog("A"), brief}, .horizon = 400_s};
  oracles.push_back({"lottery:quantum=100ms", lottery_paper + "4.5",
                     "CPU share of who uses 20 ms of each quantum, tickets 1 : 1", about(0.5, 0.02), share(both, 1)});
  oracles.push_back({"lottery:quantum=100ms,compensation=false", lottery_paper + "4.5",
                     "CPU share of who uses 20 ms of each quantum, tickets 1 : 1", about(1.0 / 6, 0.01),
                     share(both, 1)});
}

void add_random(std::vector<Oracle>& oracles) {
  oracles.push_back({"random:quantum=1ms", lottery_paper + "2.2, with a ticket each",
                     "CPU share of one of 4, whatever its weight: 1 / n", about_chance(0.25, 10'000),
                     share({.jobs = hogs({88761, 1024, 335, 15}), .horizon = 10_s}, 0)});
}

// A bug is a schedule. Two threads of 10 and 5 steps: it is there if A is stopped after its fourth step; and for the
// deeper one, if B is stopped after its second besides. Each is drawn in one way only, so the bound is the chance.
void add_pct(std::vector<Oracle>& oracles) {
  const std::vector<DriverJob> jobs{job("A", 1_ms), job("B", 500_us)};
  const auto schedule_is = [](const std::string& bug) {
    return [bug](const PolicyDriver& driver) { return driver.gantt(100_us) == bug; };
  };
  constexpr int n = 2;
  constexpr int k = 15;
  constexpr int runs = 20'000;
  const std::string options = ",steps=15,step=100us";
  oracles.push_back({"pct:depth=1" + options, pct_paper, "chance of a bug of depth 1, n = 2: 1 / n, 3000 runs",
                     about_chance(1.0 / n, 3000), chance(jobs, 3000, schedule_is("A10 B5"))});
  oracles.push_back({"pct:depth=2" + options, pct_paper, "depth 2, k = 15 steps: 1 / (n k), 3000 runs",
                     about_chance(1.0 / (n * k), 3000), chance(jobs, 3000, schedule_is("A4 B5 A6"))});
  oracles.push_back({"pct:depth=3" + options, pct_paper, "depth 3: 1 / (n k^2), 20000 runs",
                     about_chance(1.0 / (n * k * k), runs), chance(jobs, runs, schedule_is("A4 B2 A6 B3"))});
}

}  // namespace

std::vector<Oracle> share_oracles() {
  std::vector<Oracle> oracles;
  add_guaranteed(oracles);
  add_stride(oracles);
  add_lottery(oracles);
  add_random(oracles);
  add_pct(oracles);
  return oracles;
}

}  // namespace signalbox
