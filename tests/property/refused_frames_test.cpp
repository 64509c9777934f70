// Fault injection through whole runs: the n-th frame (a page's, a table's or a root's), or the n-th place in swap, is
// refused, at every n, to a few small programs. Whatever happens, every frame, place and promise comes back - the
// machine checks that when it ends - and who fails says so by an errno, or is killed for lack of memory.
#include <gtest/gtest.h>

#include "tests/support/scenario_run.hpp"
#include "workloads/formats/rt_app.hpp"
#include "workloads/native/registry.hpp"

namespace signalbox::refused_frames_test {
namespace {

struct Job {
  std::string name;
  Scenario scenario;
  std::uint64_t ram = std::uint64_t{4} << 20U;
  std::uint64_t swap = 0;
  HugePagePolicy huge_pages = HugePagePolicy::never;
};

Scenario program(const std::string& name, const std::map<std::string, std::string>& arguments) {
  Task task;
  task.name = name;
  task.program = ProgramCall{name, arguments, {"test.json", 1, 1}};
  Scenario scenario;
  scenario.tasks.push_back(task);
  return scenario;
}

constexpr std::string_view rt_app_memory = R"({"tasks": {
  "writer": {"mem": 16000, "loop": 2, "sleep": 100},
  "other": {"instance": 2, "mem": 9000, "loop": 1, "sleep": 50}},
  "global": {"mem_buffer_size": 16384}})";

std::vector<Job> jobs() {
  const std::map<std::string, std::string> family{{"children", "2"}, {"pages", "8"}, {"written", "50"}};
  return {{.name = "fork_family", .scenario = program("fork_family", family)},
          {.name = "walk",
           .scenario = program("memory_walk", {{"workers", "2"}, {"processes", "1"}, {"kib", "32"}, {"passes", "1"}})},
          {.name = "rt-app", .scenario = parse_rt_app(rt_app_memory, "test.json")},
          {.name = "huge family",
           .scenario = program("fork_family", {{"children", "1"}, {"pages", "1100"}, {"written", "1"}}),
           .ram = std::uint64_t{16} << 20U,
           .huge_pages = HugePagePolicy::always}};
}

class InjectedRun {
 public:
  explicit InjectedRun(const Job& job) : run_("round_robin", machine(job)) {
    before_ = memory().frames().allocations();
    run_.launch(job.scenario, native_programs());
  }

  MainMemory& memory() { return run_.machine->memory()->main(); }
  // Allocations of frames that the programs made, those refused among them.
  std::uint64_t run() {
    EXPECT_EQ(run_.run(Instant() + 100_s), RunEnd::finished);
    return memory().frames().allocations() - before_;
  }
  // By process: how each ended.
  std::vector<WaitStatus> statuses() const {
    std::vector<WaitStatus> found;
    for (const TraceEvent& event : run_.trace.of(TraceKind::process_exited))
      found.push_back(WaitStatus::from_raw(static_cast<std::int32_t>(event.a)));
    return found;
  }
  bool have_all_succeeded() const {
    const std::vector<WaitStatus> all = statuses();
    return run_.launched.notes().empty() &&
           std::ranges::all_of(all, [](WaitStatus each) { return each == WaitStatus(); });
  }

 private:
  static MachineConfig machine(const Job& job) {
    MachineConfig config;
    config.memory.emplace();
    config.memory->main.bytes = job.ram;
    config.memory->main.swap_bytes = job.swap;
    config.memory->main.huge_pages = job.huge_pages;
    config.memory->disk = {.latency = 100_us, .transfer = 10_us};
    return config;
  }

  ScenarioRun run_;
  std::uint64_t before_ = 0;
};

std::uint64_t allocations_of(const Job& job) {
  InjectedRun run(job);
  const std::uint64_t made = run.run();
  EXPECT_TRUE(run.have_all_succeeded()) << job.name;
  return made;
}

// What is refused once, at both watermarks, is there at the next try: reclaim has nothing to do, and nobody notices.
TEST(RefusedFrames, OnceAtEveryAllocationNobodyNotices) {
  for (const Job& job : jobs()) {
    const std::uint64_t all = allocations_of(job);
    EXPECT_GT(all, 20U) << job.name;
    const std::uint64_t step = 1 + all / 400;
    for (std::uint64_t n = 1; n <= all; n += step) {
      InjectedRun run(job);
      run.memory().frames().refuse_allocations(n, 2);
      run.run();
      EXPECT_TRUE(run.have_all_succeeded()) << job.name << " without allocation " << n;
      EXPECT_EQ(run.memory().shortage().counters().oom_kills, 0U) << job.name << " without allocation " << n;
    }
  }
}

// From some allocation on there is never a frame again: programs end with an error, or are killed.
TEST(RefusedFrames, ForEverFromEveryAllocationOnWhoFailsSaysSo) {
  for (const Job& job : jobs()) {
    const std::uint64_t all = allocations_of(job);
    const std::uint64_t step = 1 + all / 400;
    bool has_killed = false;
    for (std::uint64_t n = 0; n < all; n += step) {
      InjectedRun run(job);
      run.memory().frames().refuse_after(n);
      run.run();
      EXPECT_FALSE(run.have_all_succeeded()) << job.name << " after " << n;
      for (const WaitStatus status : run.statuses()) {
        const bool is_killed = status == WaitStatus::killed_by(static_cast<int>(Signal::sigkill));
        has_killed = has_killed || is_killed;
        EXPECT_TRUE(is_killed || status == WaitStatus() || status == WaitStatus::exited(1))
            << job.name << " after " << n;
      }
    }
    EXPECT_TRUE(has_killed) << job.name;
  }
}

// A page that finds no place in swap stays.
TEST(RefusedFrames, AtEveryPlaceInSwapNothingIsLost) {
  const Job job{
      .name = "walk",
      .scenario = program("memory_walk", {{"workers", "2"}, {"kib", "1200"}, {"stride", "1024"}, {"passes", "2"}}),
      .ram = std::uint64_t{2} << 20U,
      .swap = std::uint64_t{4} << 20U};
  InjectedRun whole(job);
  whole.run();
  EXPECT_TRUE(whole.have_all_succeeded());
  const std::uint64_t out = whole.memory().events().swapped_out;
  EXPECT_GT(out, 100U);
  for (std::uint64_t n = 1; n <= out; n += 1 + out / 100) {
    InjectedRun run(job);
    run.memory().swap().refuse_allocation(n);
    run.run();
    EXPECT_TRUE(run.have_all_succeeded()) << "without place " << n;
  }
}

}  // namespace
}  // namespace signalbox::refused_frames_test
