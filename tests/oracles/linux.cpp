#include "tests/oracles/measures.hpp"
#include "tests/oracles/registry.hpp"
#include "tests/support/attributes.hpp"

namespace signalbox {
namespace {

const std::string ostep = "Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 9, ";
const std::string weights = "Linux, kernel/sched/core.c, sched_prio_to_weight";

Measure slice_of_each(std::size_t jobs) {
  return last_whole_slice({.jobs = nice_hogs(std::vector<int>(jobs, 0)), .horizon = 3_s});
}

void add_cfs(std::vector<Oracle>& oracles) {
  const std::string policy = "cfs:latency=48ms,min_granularity=6ms";
  oracles.push_back({policy, ostep + "figure 9.4", "slice of each of 4 (ms)", is(12), slice_of_each(4)});
  oracles.push_back({policy, ostep + "figure 9.4", "slice of each of 2 (ms)", is(24), slice_of_each(2)});
  oracles.push_back(
      {policy, ostep + "section 9.7", "slice of each of 10: min_granularity (ms)", is(6), slice_of_each(10)});
  oracles.push_back({policy, ostep + "section 9.7, Weighting (Niceness)",
                     "CPU share of nice -5 beside nice 0: 3121 / (3121 + 1024)", about(3121.0 / 4145, 0.005),
                     share({.jobs = nice_hogs({-5, 0}), .horizon = 10_s}, 0)});
  const std::string kernel = "Linux 5.5, kernel/sched/fair.c, ";
  oracles.push_back(
      {"cfs", kernel + "sysctl_sched_latency", "slice of each of 2 on one CPU: 6 / 2 (ms)", is(3), slice_of_each(2)});
  oracles.push_back({"cfs", kernel + "sysctl_sched_min_granularity", "slice of each of 20 on one CPU (ms)", is(0.75),
                     slice_of_each(20)});
  oracles.push_back({"cfs", weights, "CPU share of nice 0 beside nice 5: 1024 / (1024 + 335)",
                     about(1024.0 / 1359, 0.005), share({.jobs = nice_hogs({0, 5}), .horizon = 10_s}, 0)});
}

// Of hogs that are even at `from`: how far each is behind its share at `to`, in ms.
Measure lags(std::size_t hogs, Duration from, Duration to) {
  return [=](const std::string& policy) -> Measured {
    PolicyDriver driver(policy, {});
    for (const DriverJob& job : nice_hogs(std::vector<int>(hogs, 0))) driver.add(job);
    driver.run(Instant() + from);
    std::vector<Duration> before;
    for (std::size_t i = 0; i < hogs; ++i) before.push_back(driver.task(i).ran);
    driver.run(Instant() + to);
    std::string text;
    for (std::size_t i = 0; i < hogs; ++i) {
      const Duration lag = (to - from) / static_cast<std::int64_t>(hogs) - (driver.task(i).ran - before[i]);
      text += fmt::format("{}{}", i == 0 ? "" : " ", milliseconds(lag));
    }
    return text;
  };
}

// The largest lag either way of hogs with these weights, looked at every tenth of a millisecond.
Measure largest_lag(const std::vector<DriverJob>& jobs, Duration horizon) {
  return [=](const std::string& policy) -> Measured {
    PolicyDriver driver(policy, {});
    double all = 0;
    for (const DriverJob& job : jobs) {
      driver.add(job);
      all += job.weight;
    }
    double largest = 0;
    for (Duration now = 100_us; now <= horizon; now += 100_us) {
      driver.run(Instant() + now);
      for (std::size_t i = 0; i < jobs.size(); ++i) {
        const double fair = milliseconds(now) * jobs[i].weight / all;
        largest = std::max(largest, std::abs(fair - milliseconds(driver.task(i).ran)));
      }
    }
    return largest;
  };
}

void add_eevdf(std::vector<Oracle>& oracles) {
  // Linux gives who is new half a slice; from 45 ms on all are even and have whole ones.
  const std::string corbet = "Corbet, An EEVDF CPU scheduler for Linux, LWN.net, 9 March 2023";
  const std::string thirty = "eevdf:base_slice=30ms";
  oracles.push_back(
      {thirty, corbet, "lags of three alike when A has run for 30 ms (ms)", is("-20 10 10"), lags(3, 45_ms, 75_ms)});
  oracles.push_back(
      {thirty, corbet, "the same when B has run for 30 ms (ms)", is("-10 -10 20"), lags(3, 45_ms, 105_ms)});
  std::vector<DriverJob> requests = nice_hogs({0, 0});
  requests[0].attributes.runtime = 2_ms;
  requests[1].attributes.runtime = 1_ms;
  const std::string stoica = "Stoica and Abdel-Wahab, Earliest Eligible Virtual Deadline First, 1995, theorem 1";
  oracles.push_back(
      {"eevdf", stoica, "largest lag of two with requests of 2 and 1 (ms)", at_most(2), largest_lag(requests, 400_ms)});
  oracles.push_back({"eevdf", stoica, "largest lag of nice -5, 0, 0, 5 with requests of 0.75 (ms)", at_most(0.7501),
                     largest_lag(nice_hogs({-5, 0, 0, 5}), 400_ms)});
  oracles.push_back({"eevdf", "Linux 6.12, kernel/sched/fair.c, sysctl_sched_base_slice",
                     "slice of each of 2 on one CPU (ms)", is(0.75), slice_of_each(2)});
  oracles.push_back({"eevdf", weights, "CPU share of nice 0 beside nice 5: 1024 / (1024 + 335)",
                     about(1024.0 / 1359, 0.005), share({.jobs = nice_hogs({0, 5}), .horizon = 10_s}, 0)});
}

// A job that is done in `run`, again every period.
DriverJob periodic(std::string name, Duration run, Duration deadline, Duration period) {
  DriverJob made = job(std::move(name), run, reservation(run, period));
  made.attributes.deadline = deadline;
  made.period = period;
  return made;
}

void add_deadline(std::vector<Oracle>& oracles) {
  const std::string manual = "Linux, Documentation/scheduler/sched-deadline.rst, section ";
  oracles.push_back({"deadline", manual + "2.1", "Gantt chart of who wants 5 ms with a runtime of 2 in 10",
                     is("A2 -8 A2 -8 A1"), job_gantt({.jobs = {job("A", 5_ms, reservation(2_ms, 10_ms))}})});
  const std::vector<DriverJob> tight{periodic("A", 50_ms, 50_ms, 100_ms), periodic("B", 10_ms, 100_ms, 100_ms)};
  const auto misses = [](const PolicyDriver& driver) {
    return static_cast<double>(driver.task(0).misses + driver.task(1).misses);
  };
  oracles.push_back({"deadline", manual + "3.2", "Gantt chart of (50, 50, 100) and (10, 100, 100) (ms)", is("A50 B10"),
                     job_gantt({.jobs = tight, .horizon = 100_ms})});
  oracles.push_back({"deadline", manual + "3.2", "their deadlines missed in 10 s", is(0),
                     of_run({.jobs = tight, .horizon = 10_s}, misses)});
  const std::string cbs = "Abeni and Buttazzo, Integrating Multimedia Applications, RTSS 1998: isolation";
  const std::vector<DriverJob> beside{job("hog", 1000_s, reservation(3_ms, 10_ms)), periodic("B", 7_ms, 10_ms, 10_ms)};
  oracles.push_back({"deadline", cbs, "CPU share of a hog with 3 ms in 10: Q / P", is(0.3),
                     share({.jobs = beside, .horizon = 2_s}, 0)});
  oracles.push_back({"deadline", cbs, "deadlines missed beside it with 7 ms in 10, U = 1", is(0),
                     of_run({.jobs = beside, .horizon = 2_s}, misses)});
}

void add_rt(std::vector<Oracle>& oracles) {
  const SchedAttributes fifo = realtime(SchedClass::fifo, 10);
  const SchedAttributes round_robin = realtime(SchedClass::round_robin, 10);
  oracles.push_back({"rt", "sched(7), SCHED_FIFO: who is preempted stays at the head of its list",
                     "Gantt chart: A, B of priority 10, from 1 ms C of 20", is("A1 C2 A3 B4"),
                     job_gantt({.jobs = {job("A", 4_ms, fifo), job("B", 4_ms, fifo),
                                         job("C", 2_ms, realtime(SchedClass::fifo, 20), 1_ms)}})});
  oracles.push_back(
      {"rt", "Linux, include/linux/sched/rt.h, RR_TIMESLICE", "slice of each of two SCHED_RR (ms)", is(100),
       last_whole_slice({.jobs = {job("A", 1000_s, round_robin), job("B", 1000_s, round_robin)}, .horizon = 950_ms})});
  const JobRun starved{.jobs = {job("hog", 1000_s, fifo), hog("fair")}, .horizon = 10_s};
  oracles.push_back({"rt:rt_limit=950ms", "sched(7), sched_rt_runtime_us: 950 ms of each second, before Linux 6.12",
                     "CPU share of SCHED_OTHER beside a SCHED_FIFO hog", is(0.05), share(starved, 1)});
}

void add_linux(std::vector<Oracle>& oracles) {
  const std::vector<DriverJob> classes{job("F", 4_ms), job("R", 3_ms, realtime(SchedClass::fifo, 50), 1_ms),
                                       job("D", 1_ms, reservation(5_ms, 100_ms), 2_ms)};
  oracles.push_back({"linux", "Linux 6.12, kernel/sched/sched.h, for_each_class",
                     "Gantt chart: fair, SCHED_FIFO from 1, DEADLINE from 2 ms", is("F1 R1 D1 R2 F3"),
                     job_gantt({.jobs = classes})});
  const JobRun starved{.jobs = {job("hog", 1000_s, realtime(SchedClass::fifo, 50)), hog("fair")}, .horizon = 10_s};
  const std::string server = "Linux 6.12, kernel/sched/deadline.c, dl_server: 50 ms in 1 s, deferred";
  oracles.push_back(
      {"linux", server, "when a fair thread first runs beside a SCHED_FIFO hog (ms)", is(950), first_run(starved, 1)});
  oracles.push_back({"linux", server, "CPU share of the fair thread", about(0.05, 0.001), share(starved, 1)});
  oracles.push_back({"linux", weights, "CPU share of nice 0 beside nice 5: 1024 / (1024 + 335)",
                     about(1024.0 / 1359, 0.005), share({.jobs = nice_hogs({0, 5}), .horizon = 10_s}, 0)});
}

}  // namespace

std::vector<Oracle> linux_oracles() {
  std::vector<Oracle> oracles;
  add_cfs(oracles);
  add_eevdf(oracles);
  add_deadline(oracles);
  add_rt(oracles);
  add_linux(oracles);
  return oracles;
}

}  // namespace signalbox
