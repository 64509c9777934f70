#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/machine/machine.hpp"
#include "workloads/program_registry.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

class LaunchState;

// Deadlines that a living thread has let pass.
struct MissedDeadlines {
  Tid thread;
  std::uint64_t count = 0;
};

// A scenario on its machine. The threads hold on to what they share, so this may end before or after the machine.
class Launched {
 public:
  Launched();
  explicit Launched(boost::intrusive_ptr<LaunchState> state);
  Launched(Launched&& other) noexcept;
  Launched& operator=(Launched&& other) noexcept;
  ~Launched();

  // What scripts tried in vain (unlocked a mutex they did not hold, forked too often) and what could not be started:
  // one line a place in the file, with the first time and the count.
  std::vector<std::string> notes() const;

  // The deadlines of scripts that have passed before `now` without an activation_ended in the trace: of the turn under
  // way, and of those that an absolute timer would have begun since. A thread that was forked counts from its first
  // run.
  std::vector<MissedDeadlines> missed_deadlines(Instant now) const;

 private:
  boost::intrusive_ptr<LaunchState> state_;
};

// Whether something in it works on emulated memory: it runs on machines that have some only.
bool needs_memory(const Scenario& scenario, ProgramList programs);

// Throws InputError where the scenario does not fit a machine of this topology or needs a part that no machine has yet,
// or names a program that is not in `programs` or arguments that the program does not have.
void check_scenario(const Scenario& scenario, const Topology& topology, ProgramList programs);

// Checks the scenario and schedules the arrival of its threads, from the machine's now on. The run's limit
// (Scenario::duration) is the caller's. The scenario may end before the run.
//
// An instance is named as its task, with `-0`, `-1`, ... where there are or may be more of it. A task is a process of
// its own; tasks that name the same process are threads of it, and it ends with the last of them. Its first thread is
// the one that arrives first.
Launched launch(const Scenario& scenario, Machine& machine, ProgramList programs);

// The host's memory that the scenario's threads need if all of them live at once, those that native programs start
// included: stack, control blocks and script, and what the caller keeps `beside` each. Threads that scripts fork are
// not known before the run.
std::uint64_t host_bytes_needed(const Scenario& scenario, ProgramList programs, std::uint64_t beside = 0);

}  // namespace signalbox
