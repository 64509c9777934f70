#include "workloads/formats/job_table_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

struct Job {
  Duration length;
  Duration io_every;
  Duration io;
};

template <class Event>
Duration duration_of(const Phase& phase, std::size_t event) {
  CHECK(event < phase.events.size(), "a phase of a job computes, and then may wait");
  const auto* const found = std::get_if<Event>(&phase.events[event].action);
  CHECK(found != nullptr, "a phase of a job computes, and then may wait");
  CHECK(found->duration % 1_us == Duration(), "a job table holds whole microseconds");
  return found->duration;
}

// The reverse of what job_table.cpp makes of a row.
Job job_of(const Task& task) {
  CHECK(task.phases.size() == 1 || task.phases.size() == 2, "a job has pieces with waits, or none, and a last piece");
  Job job;
  job.length = duration_of<RunEvent>(task.phases.back(), 0);
  if (task.phases.size() == 1) return job;
  const Phase& pieces = task.phases.front();
  job.io_every = duration_of<RunEvent>(pieces, 0);
  job.io = duration_of<SleepEvent>(pieces, 1);
  job.length += job.io_every * pieces.loop;
  return job;
}

bool waits(const Task& task) { return task.phases.size() == 2; }

// Quoted where a plain field would be read as something else.
std::string field(const std::string& name) {
  const bool is_plain = std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '_' || letter == '-' || letter == '.';
  });
  if (is_plain) return name;
  std::string quoted = "\"";
  for (const char letter : name) quoted.append(letter == '"' ? 2 : 1, letter);
  return quoted + '"';
}

}  // namespace

std::string write_job_table(const Scenario& scenario) {
  const bool has_io = std::ranges::any_of(scenario.tasks, waits);
  fmt::memory_buffer text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "name,arrival_us,burst_us,priority{}\n", has_io ? ",io_every_us,io_us" : "");
  for (const Task& task : scenario.tasks) {
    const Job job = job_of(task);
    const int nice = task.sched.attributes ? task.sched.attributes->nice : 0;
    fmt::format_to(out, "{},{},{},{}", field(task.name), task.delay / 1_us, job.length / 1_us, nice);
    if (has_io) fmt::format_to(out, ",{},{}", job.io_every / 1_us, job.io / 1_us);
    fmt::format_to(out, "\n");
  }
  return fmt::to_string(text);
}

}  // namespace signalbox
