#include "tests/bench/program_rows.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "ipc/all_calls.hpp"
#include "kernel/base/check.hpp"
#include "kernel/machine/machine.hpp"
#include "kernel/sched/policies/policy_text.hpp"
#include "tests/bench/host.hpp"
#include "tools/compiler/host_command.hpp"
#include "tools/compiler/image_builder.hpp"
#include "workloads/launch.hpp"
#include "workloads/posix/image_scenario.hpp"

namespace signalbox {
namespace {

// Programs compiled once, for all repetitions.
class Programs {
 public:
  Programs() : folder_(std::filesystem::temp_directory_path() / fmt::format("signalbox_bench_{}", getpid())) {
    std::filesystem::create_directory(folder_);
  }
  ~Programs() { std::filesystem::remove_all(folder_); }
  Programs(const Programs&) = delete;
  Programs& operator=(const Programs&) = delete;

  std::string image(const std::string& name, const std::string& level) {
    return made(name + level, [&](const std::string& path) {
      return build_image(read_compiler_words({level, source(name), "-o", path}));
    });
  }
  std::string native(const std::string& name, const std::string& level) {
    return made(name + level + "-native", [&](const std::string& path) {
      return run_host_command({"gcc", level, source(name), "-o", path}).status;
    });
  }

 private:
  // make(path) answers an exit status.
  template <class Make>
  std::string made(const std::string& file, Make make) {
    const std::string path = folder_ / file;
    const int status = std::filesystem::exists(path) ? 0 : make(path);
    CHECK(status == 0, "programs compile");
    return path;
  }
  static std::string source(const std::string& name) {
    return fmt::format("{}/tests/bench/programs/{}.c", SIGNALBOX_SOURCE_DIR, name);
  }

  std::filesystem::path folder_;
};

Programs& programs() {
  static Programs all;
  return all;
}

// CPU time of the host for a run of the program on one CPU, nobody reading the trace.
double emulated_time(const std::string& image, unsigned times) {
  MachineConfig config;
  config.memory.emplace();
  Simulation simulation(1);
  const SyscallTable calls = all_calls();
  Machine machine(simulation, config, std::get<PolicyChoice>(parse_policy("round_robin")), calls);
  const Scenario scenario = image_scenario(read_image_file(image), {fmt::format("{}", times)});
  const Launched launched = launch(scenario, machine, {});
  const double begun = cpu_time();
  const RunEnd end = machine.run();
  const double spent = cpu_time() - begun;
  CHECK(end == RunEnd::finished, "programs end");
  machine.finish(end);
  return spent;
}

double native_time(const std::string& program, unsigned times) {
  const auto children_time = [] {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    return 1e9 * static_cast<double>(used.ru_utime.tv_sec) + 1e3 * static_cast<double>(used.ru_utime.tv_usec);
  };
  const double begun = children_time();
  const CommandResult result = run_host_command({program, fmt::format("{}", times)}, CommandOutput::captured);
  CHECK(result.status == 0, "programs end well");
  return children_time() - begun;
}

// Of one time more, by two runs of which one is longer: what begins and ends a program is in both.
template <class Run>
double cost_of_one(unsigned few, unsigned many, Run run) {
  const double shorter = run(few);
  return (run(many) - shorter) / (many - few);
}

double emulated_cost(const char* name, const char* level, unsigned few, unsigned many) {
  const std::string image = programs().image(name, level);
  return cost_of_one(few, many, [&](unsigned times) { return emulated_time(image, times); });
}

double native_kernels(const char* level) {
  const std::string program = programs().native("kernels", level);
  return cost_of_one(100, 3100, [&](unsigned times) { return native_time(program, times); });
}

constexpr std::string_view edges_0 = "program/edges/O0";
constexpr std::string_view edges_2 = "program/edges/O2";
constexpr std::string_view native_0 = "program/native/O0";
constexpr std::string_view native_2 = "program/native/O2";
constexpr std::string_view call = "program/call";
constexpr std::string_view handover = "program/handover";
constexpr std::string_view relatives = "program/relatives";
constexpr std::string_view life = "program/life";
constexpr std::string_view spawned = "program/spawned";

}  // namespace

std::vector<MemoryMeasurement> program_measurements() {
  return {
      {edges_0, [] { return emulated_cost("kernels", "-O0", 100, 3100); }},
      {edges_2, [] { return emulated_cost("kernels", "-O2", 100, 3100); }},
      {native_0, [] { return native_kernels("-O0"); }},
      {native_2, [] { return native_kernels("-O2"); }},
      {call, [] { return emulated_cost("calls", "-O0", 100'000, 5'100'000); }},
      {handover, [] { return emulated_cost("handover", "-O0", 20'000, 1'020'000) / 2; }},
      {relatives, [] { return emulated_cost("relatives", "-O0", 2'000, 52'000) / 2; }},
      {life, [] { return emulated_cost("lives", "-O0", 100, 5'100); }},
      {spawned, [] { return emulated_cost("spawn", "-O0", 10, 1'010); }},
  };
}

std::vector<Bar> program_bars() {
  using enum Unit;
  const auto text = [](std::string_view name) { return std::string(name); };
  return {
      {"C program: six kernels, -O0", text(edges_0), nanoseconds, text(native_0), 1, 1.8},
      {"C program: six kernels, -O2", text(edges_2), nanoseconds, text(native_2), 1, 2.5},
      {"C program: system call", text(call), nanoseconds, "", 1, 60},
      {"C program: semaphore hand-over", text(handover), nanoseconds, "", 1, 200},
      {"C program: switch of fork relatives", text(relatives), nanoseconds, "", 1, 4'000},
      {"C program: fork, exit, wait", text(life), nanoseconds, "", 1, 60'000},
      {"C program: exec, 1,000 alive", text(spawned), nanoseconds, "", 1, 500'000},
  };
}

}  // namespace signalbox
