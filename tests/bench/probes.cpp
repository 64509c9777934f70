#include "tests/bench/probes.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "kernel/base/check.hpp"
#include "kernel/task/user_memory.hpp"
#include "tests/bench/burst_rows.hpp"
#include "tests/bench/host.hpp"
#include "tests/bench/import_rows.hpp"
#include "tools/export/ftrace.hpp"

namespace signalbox {
namespace {

constexpr unsigned million = 1'000'000;

double blocked_bytes() {
  BenchMachine machine(1, Readers::none);
  const std::size_t before = resident_bytes();
  machine.spawn(million, [](Caller& caller, unsigned) { nanosleep(caller, 100_s); });
  machine.run(Instant() + 1_s);
  return static_cast<double>(resident_bytes() - before) / million;
}

void run_million() {
  Bursts load(million);
  BenchMachine machine(Bursts::cpus, Readers::metrics_and_hash);
  machine.spawn(million, [&](Caller& caller, unsigned index) { load.run(caller, index, 3); });
  machine.finish();
  CHECK(load.done() == 3 * million, "every thread has had its bursts");
}

double million_bytes() {
  run_million();
  return static_cast<double>(peak_resident_bytes());
}

double million_seconds() {
  const double begun = cpu_time();
  run_million();
  return (cpu_time() - begun) * 1e-9;
}

// 10,000 processes that have 100 touched pages each, all at once.
void run_processes() {
  constexpr unsigned processes = 10'000;
  constexpr std::uint64_t pages = 100;
  constexpr std::uint64_t ram = std::uint64_t{6} << 30U;
  unsigned ready = 0;
  run_in_memory(ram, processes, [&](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = private_pages(caller, pages);
    for (std::uint64_t page = 0; page < pages; ++page) memory.store(Uptr<std::uint64_t>(at + page * page_bytes), page);
    ++ready;
    nanosleep(caller, 1_s);
    CHECK(ready == processes, "all are there together");
    for (std::uint64_t page = 0; page < pages; ++page)
      CHECK(memory.load(Uptr<std::uint64_t>(at + page * page_bytes)) == page, "each has its own");
  });
}

double process_bytes() {
  run_processes();
  return static_cast<double>(peak_resident_bytes());
}

double process_seconds() {
  const double begun = cpu_time();
  run_processes();
  return (cpu_time() - begun) * 1e-9;
}

// A file that is gone when the row is over.
struct ScratchFile {
  std::string path = std::filesystem::temp_directory_path() / ("signalbox_bench." + std::to_string(getpid()));
  ~ScratchFile() { std::filesystem::remove(path); }
};

struct ExportCost {
  double nanoseconds;  // a burst
  double growth;       // bytes, from the warm machine on
};

ExportCost export_cost(TraceSink* exporter) {
  constexpr unsigned threads = 1'000;
  constexpr unsigned cycles = 2'000;
  Bursts load(threads);
  BenchMachine machine(Bursts::cpus, Readers::metrics_and_hash, exporter);
  machine.spawn(threads, [&](Caller& caller, unsigned index) { load.run(caller, index); });
  const Instant warm = Instant() + 20 * load.cycle();
  machine.run(warm);
  const std::uint64_t before = load.done();
  const std::size_t resident = resident_bytes();
  const double begun = cpu_time();
  machine.run(warm + cycles * load.cycle());
  const double ended = cpu_time();
  return {.nanoseconds = (ended - begun) / static_cast<double>(load.done() - before),
          .growth = static_cast<double>(resident_bytes()) - static_cast<double>(resident)};
}

ExportCost ftrace_cost() {
  const ScratchFile file;
  Ftrace ftrace(file.path);
  return export_cost(&ftrace);
}

struct Probe {
  std::string_view name;
  double (*measure)();
};

constexpr Probe probes[] = {
    {probe_name::blocked_bytes, blocked_bytes},
    {probe_name::million_bytes, million_bytes},
    {probe_name::million_seconds, million_seconds},
    {probe_name::process_bytes, process_bytes},
    {probe_name::process_seconds, process_seconds},
    {probe_name::untraced, [] { return export_cost(nullptr).nanoseconds; }},
    {probe_name::exported, [] { return ftrace_cost().nanoseconds; }},
    {probe_name::export_growth, [] { return ftrace_cost().growth; }},
    {probe_name::line_split, line_split_cost},
    {probe_name::imported, import_cost},
    {probe_name::import_bytes, import_bytes},
};

}  // namespace

double probe(std::string_view name) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  const std::string command = "'" + self + "' --probe " + std::string(name);
  FILE* child = popen(command.c_str(), "r");
  CHECK(child != nullptr, "the host runs this program once more");
  double value = 0;
  const int fields = std::fscanf(child, "%lf", &value);
  const int status = pclose(child);
  CHECK(fields == 1 && status == 0, "a probe prints its value");
  return value;
}

int run_probe(std::string_view name) {
  for (const Probe& known : probes) {
    if (known.name != name) continue;
    std::printf("%.17g\n", known.measure());
    return 0;
  }
  std::fprintf(stderr, "signalbox_bench: no probe has this name\n");
  return 2;
}

}  // namespace signalbox
