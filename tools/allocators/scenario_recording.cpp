#include "tools/allocators/scenario_recording.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "tools/allocators/heap_recorder.hpp"
#include "tools/experiment/experiment.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

// Processes that are there at the end end with the machine.
class RunEndWatch final : public MachineObserver {
 public:
  explicit RunEndWatch(HeapRecorder& recorder) : recorder_(recorder) {}
  Instant next_look() const override { return Instant::max(); }
  void look(Machine&) override {}
  void end(Machine&) override { recorder_.stop(); }

 private:
  HeapRecorder& recorder_;
};

void note_end(const RunOutcome& outcome, AllocationTrace& trace) {
  std::ranges::copy(outcome.notes, std::back_inserter(trace.notes));
  if (outcome.end == RunEnd::deadlock) trace.notes.push_back(trace.name + ": ends in a deadlock");
  if (outcome.end == RunEnd::watchdog) trace.notes.push_back(trace.name + ": ended where it let no more time pass");
}

}  // namespace

AllocationTrace record_scenario(const RecordingRequest& request) {
  Setting setting = load_setting(request.setting);
  check_ends(setting.scenario, request.until);
  check_host_memory(setting.scenario, 1);
  HeapRecorder recorder;
  setting.machine.heap.watch = &recorder;
  const RunRequest run{.scenario = setting.scenario,
                       .machine = setting.machine,
                       .policy = request.policy,
                       .seed = request.setting.seed,
                       .until = request.until,
                       .groups = setting.groups};
  RunEndWatch end(recorder);
  const std::array<MachineObserver*, 1> observers{&end};
  const auto outcome = run_experiment(run, {}, {}, observers);
  AllocationTrace trace = recorder.take(setting.scenario.name);
  if (trace.steps.empty()) {
    throw InputError({.file = request.setting.scenario},
                     setting.image ? "a compiled program brings a malloc of its own, which cannot be exchanged"
                                   : "its processes ask nothing of their heaps",
                     "a scenario with malloc events, or a native program that allocates");
  }
  note_end(*outcome, trace);
  return trace;
}

}  // namespace signalbox
