#include <array>
#include <cmath>
#include <numeric>

#include "kernel/sched/policies/bsd44_load.hpp"
#include "kernel/sched/policies/linux_o1_task.hpp"
#include "kernel/sched/policies/ule_thread.hpp"
#include "tests/oracles/measures.hpp"
#include "tests/oracles/registry.hpp"
#include "tests/support/interactive_job.hpp"

namespace signalbox {
namespace {

const std::string pintos = "Pintos, src/tests/threads/";

// The scheduler's books of one thread that computes, and of so many others that it competes with.
class Books {
 public:
  // `busy` threads compute from now on; ours uses the CPU if it is one of them.
  void run(std::int64_t seconds, std::int64_t busy, Duration used_each_second) {
    for (const std::int64_t until = now_ + seconds; now_ < until; ++now_) {
      const Instant end = Instant() + 1_s * (now_ + 1);
      load_.advance(end, busy);
      load_.charge(thread_, used_each_second, end);
    }
  }
  double recent_cpu() const { return static_cast<double>(load_.recent_cpu(thread_).hundredths()) / 100; }
  double load_average() const { return static_cast<double>(load_.average().hundredths()) / 100; }

 private:
  Bsd44Load load_{10_ms};
  Bsd44State thread_;
  std::int64_t now_ = 0;
};

// mlfqs-recent-1.c prints both while one thread is busy; its check allows 2.5 and 0.05.
void add_recent(std::vector<Oracle>& oracles) {
  struct Printed {
    int second;
    double recent;
    double load;
  };
  constexpr std::array printed{Printed{2, 6.40, 0.03},    Printed{4, 12.60, 0.07},    Printed{10, 30.08, 0.15},
                               Printed{20, 55.73, 0.29},  Printed{30, 77.60, 0.40},   Printed{60, 125.46, 0.64},
                               Printed{90, 154.75, 0.78}, Printed{120, 172.58, 0.87}, Printed{150, 183.41, 0.92},
                               Printed{180, 189.97, 0.95}};
  for (const Printed& row : printed) {
    const auto after = [seconds = row.second](auto look) {
      return [seconds, look](const std::string&) -> Measured {
        Books books;
        books.run(seconds, 1, 1_s);
        return look(books);
      };
    };
    oracles.push_back({"bsd44", pintos + "mlfqs-recent-1.c", fmt::format("recent_cpu of a hog after {} s", row.second),
                       about(row.recent, 2.5), after([](const Books& books) { return books.recent_cpu(); })});
    oracles.push_back({"bsd44", pintos + "mlfqs-recent-1.c", fmt::format("load_avg after {} s", row.second),
                       about(row.load, 0.05), after([](const Books& books) { return books.load_average(); })});
  }
}

// 60 threads are busy for 60 seconds. What is printed after n seconds has seen n + 1; the check allows 3.5.
void add_loads(std::vector<Oracle>& oracles) {
  const auto seconds_to_half = [](const std::string&) -> Measured {
    Books books;
    double seconds = 0;
    for (; books.load_average() <= 0.5; ++seconds) books.run(1, 1, {});
    return seconds;
  };
  oracles.push_back({"bsd44", pintos + "mlfqs-load-1.c", "seconds until one hog makes load_avg exceed 0.5",
                     between(38, 45), seconds_to_half});
  constexpr std::array<std::pair<int, double>, 9> printed{{{0, 1.00},
                                                           {2, 2.95},
                                                           {10, 10.13},
                                                           {20, 17.84},
                                                           {40, 29.88},
                                                           {58, 37.74},
                                                           {60, 37.48},
                                                           {100, 19.13},
                                                           {178, 5.16}}};
  for (const auto& [second, load] : printed) {
    const auto measure = [seconds = second + 1](const std::string&) -> Measured {
      Books books;
      books.run(std::min(seconds, 60), 60, {});
      books.run(std::max(seconds - 60, 0), 0, {});
      return books.load_average();
    };
    oracles.push_back(
        {"bsd44", pintos + "mlfqs-load-60.c", fmt::format("load_avg after {} s", second), about(load, 3.5), measure});
  }
}

// The ticks of 10 ms that each of them gets in 30 seconds.
void add_shares(std::vector<Oracle>& oracles, const std::string& test, const std::vector<int>& nices,
                const std::vector<double>& ticks, double tolerance) {
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const auto look = [i](const PolicyDriver& driver) { return static_cast<double>(driver.task(i).ran / 10_ms); };
    oracles.push_back({"bsd44", pintos + test,
                       fmt::format("ticks in 30 s of nice {}, one of {} hogs", nices[i], nices.size()),
                       about(ticks[i], tolerance), of_run({.jobs = nice_hogs(nices), .horizon = 30_s}, look)});
  }
}

// Seconds until nine tenths of a second's use are forgotten while the load is `load`.
Measure forgets_within(int load) {
  return [load](const std::string&) -> Measured {
    Books books;
    books.run(3000, load, {});
    books.run(1, load, 1_s);
    const double used = books.recent_cpu();
    double before = used;
    for (int second = 1;; ++second) {
      books.run(1, load, {});
      const double now = books.recent_cpu();
      if (now <= used / 10) return second - 1 + std::log(before / (used / 10)) / std::log(before / now);
      before = now;
    }
  };
}

void add_bsd44(std::vector<Oracle>& oracles) {
  const std::string comment =
      "FreeBSD, sys/kern/sched_4bsd.c, above loadfactor: powers of the decay (4.4BSD, schedcpu)";
  for (const auto& [load, power] : std::vector<std::pair<int, double>>{{1, 5.68}, {2, 10.32}, {3, 14.94}, {4, 19.55}}) {
    oracles.push_back({"bsd44", comment, fmt::format("seconds until 90 % of a use are forgotten, load {}", load),
                       about(power, 0.01 * power), forgets_within(load)});
  }
  add_recent(oracles);
  add_loads(oracles);
  add_shares(oracles, "mlfqs-fair.c", {0, 0}, {1500, 1500}, 50);
  add_shares(oracles, "mlfqs-fair.c, twenty threads", std::vector<int>(20, 0), {150}, 20);
  add_shares(oracles, "mlfqs-fair.c, mlfqs-nice-2.ck", {0, 5}, {1904, 1096}, 50);
  std::vector<int> nices(10);
  std::iota(nices.begin(), nices.end(), 0);
  add_shares(oracles, "mlfqs-fair.c, mlfqs-nice-10.ck", nices, {672, 588, 492, 408, 316, 232, 152, 92, 40, 8}, 25);
}

template <class State>
Measure of_interactive_job(int State::* field) {
  return [field](const std::string& policy) -> Measured {
    InteractiveJob job(policy);
    job.longest_wait(Instant(), Instant() + 20_s);
    return static_cast<double>(job.entity().state<State>().*field);
  };
}

void add_linux_o1(std::vector<Oracle>& oracles) {
  const std::string book = "Bovet and Cesati, Understanding the Linux Kernel, 3rd edition, ";
  for (const auto& [nice, slice] :
       std::vector<std::pair<int, double>>{{-20, 800}, {-10, 600}, {0, 100}, {10, 50}, {19, 5}}) {
    oracles.push_back({"linux_o1", book + "table 7-2", fmt::format("base time quantum of nice {} (ms)", nice),
                       is(slice), last_whole_slice({.jobs = nice_hogs({nice, nice}), .horizon = 10_s + 1_ms})});
  }
  const std::string kernel = "Linux 2.6.12, kernel/sched.c, effective_prio: static priority 120, bonus -5 .. 5";
  oracles.push_back({"linux_o1", kernel, "priority of who sleeps 48 ms of 50, after 20 s", is(115),
                     of_interactive_job(&linux_o1::State::prio)});
  const auto prio_of_hog = [](const PolicyDriver& driver) {
    return static_cast<double>(driver.task(0).entity.state<linux_o1::State>().prio);
  };
  oracles.push_back({"linux_o1", kernel, "priority of a hog", is(125),
                     of_run({.jobs = nice_hogs({0, 0}), .horizon = 1_s}, prio_of_hog)});
}

void add_ule(std::vector<Oracle>& oracles) {
  const std::string kernel = "FreeBSD 13, sys/kern/sched_ule.c, ";
  oracles.push_back({"ule", kernel + "sched_interact_score, sched_priority",
                     "priority of 2 ms in 50: PRI_MIN_INTERACT + 50 x 2 / 48", is(120 + 2),
                     of_interactive_job(&ule::State::user_pri)});
  for (const auto& [count, ticks] : std::vector<std::pair<std::size_t, double>>{{2, 12}, {3, 6}, {4, 4}, {6, 2}}) {
    oracles.push_back(
        {"ule", kernel + "tdq_slice: 12 ticks of stathz 127, shared, at least 2",
         fmt::format("slice of each of {} hogs (ticks)", count), is(ticks),
         last_whole_slice({.jobs = nice_hogs(std::vector<int>(count, 0)), .horizon = 5_s}, ule::stat_tick)});
  }
}

}  // namespace

std::vector<Oracle> unix_oracles() {
  std::vector<Oracle> oracles;
  add_bsd44(oracles);
  add_linux_o1(oracles);
  add_ule(oracles);
  return oracles;
}

}  // namespace signalbox
