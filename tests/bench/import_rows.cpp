#include "tests/bench/import_rows.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "kernel/base/check.hpp"
#include "tests/bench/burst_rows.hpp"
#include "tests/bench/host.hpp"
#include "tools/export/ftrace.hpp"
#include "workloads/formats/input_file.hpp"
#include "workloads/formats/input_lines.hpp"
#include "workloads/formats/sched_trace.hpp"

namespace signalbox {
namespace {

void write_recording(const std::string& path) {
  constexpr unsigned threads = 1'000;
  constexpr unsigned cycles = 100;
  Bursts load(threads);
  Ftrace ftrace(path);
  BenchMachine machine(Bursts::cpus, Readers::none, &ftrace);
  machine.spawn(threads, [&](Caller& caller, unsigned index) { load.run(caller, index); });
  machine.run(Instant() + cycles * load.cycle());
  ftrace.finish(Instant() + cycles * load.cycle());
}

// Gone when the row is over. Written by a child, whose memory is no part of what this process is measured to need.
class Recording {
 public:
  Recording() {
    const pid_t child = fork();
    CHECK(child >= 0, "the host has room for one more process");
    if (child == 0) {
      write_recording(path_);
      _exit(0);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "the child writes its recording");
  }
  ~Recording() { std::filesystem::remove(path_); }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_ = std::filesystem::temp_directory_path() / ("signalbox_import." + std::to_string(getpid()));
};

}  // namespace

double line_split_cost() {
  const Recording recording;
  const double begun = cpu_time();
  InputFile file(recording.path());
  InputLines lines(file);
  while (lines.next().has_value()) continue;
  return (cpu_time() - begun) / lines.number();
}

double import_cost() {
  const Recording recording;
  const double begun = cpu_time();
  InputFile file(recording.path());
  InputLines lines(file);
  const Scenario scenario = read_sched_trace(lines);
  CHECK(scenario.tasks.size() > 1'000, "every thread is found");
  return (cpu_time() - begun) / lines.number();
}

double import_bytes() {
  const Recording recording;
  const std::size_t before = resident_bytes();
  SchedTraceReport report;
  InputFile file(recording.path());
  InputLines lines(file);
  const Scenario scenario = read_sched_trace(lines, report);
  return static_cast<double>(resident_bytes() - before) / static_cast<double>(report.events());
}

}  // namespace signalbox
