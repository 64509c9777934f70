#include "tools/experiment/vmstat_rows.hpp"

#include "kernel/mm/proc/vmstat_text.hpp"
#include "tools/experiment/memory_view.hpp"

namespace signalbox {
namespace {

std::uint64_t runnable_threads(Machine& machine) {
  std::uint64_t count = 0;
  machine.processes().for_each_thread([&count](const Thread& thread) {
    count += thread.state == ThreadState::ready || thread.state == ThreadState::running ? 1 : 0;
  });
  return count;
}

// Of the stretches that go on.
Duration running_user_time(Machine& machine) {
  Duration sum;
  machine.processes().for_each_thread([&](const Thread& thread) {
    if (thread.state == ThreadState::running) sum += machine.cpu_times(thread).user - thread.times.user;
  });
  return sum;
}

}  // namespace

void VmstatRows::look(Machine& machine) {
  add_row(machine);
  next_ = next_ + interval_;
}

void VmstatRows::end(Machine& machine) {
  if (text_.empty() || machine.simulation().now() > last_.at) add_row(machine);
}

VmstatRows::Totals VmstatRows::totals(Machine& machine) {
  MachineMemory& memory = *machine.memory();
  const MemoryEvents& events = memory.main().events();
  const BlockDeviceCounters& swap = memory.swap_disk().counters();
  const BlockDeviceCounters& file = memory.file_disk().counters();
  Totals now{.at = machine.simulation().now(),
             .cpus = activity_.counts(machine.simulation().now()),
             .swapped_in = events.swapped_in,
             .swapped_out = events.swapped_out,
             .read = swap.reads + file.reads,
             .written = swap.writes + file.writes};
  now.cpus.user += running_user_time(machine);
  now.interrupts = now.cpus.ticks + now.cpus.timers + now.read + now.written + memory.mmus().switches().shootdowns;
  return now;
}

void VmstatRows::add_row(Machine& machine) {
  if (text_.empty()) text_ = vmstat_header();
  const Totals now = totals(machine);
  const Duration user = now.cpus.user - last_.cpus.user;
  const VmstatSample sample{.runnable = runnable_threads(machine),
                            .blocked = activity_.device_waiters(),
                            .memory = memory_counts(*machine.memory()),
                            .swapped_in = now.swapped_in - last_.swapped_in,
                            .swapped_out = now.swapped_out - last_.swapped_out,
                            .read_bytes = (now.read - last_.read) * page_bytes,
                            .written_bytes = (now.written - last_.written) * page_bytes,
                            .interrupts = now.interrupts - last_.interrupts,
                            .switches = now.cpus.switches - last_.cpus.switches,
                            .user = user,
                            .system = now.cpus.busy - last_.cpus.busy - user,
                            .idle = now.cpus.idle - last_.cpus.idle,
                            .waiting = now.cpus.waiting - last_.cpus.waiting,
                            .interval = now.at - last_.at};
  text_ += vmstat_line(sample);
  last_ = now;
}

}  // namespace signalbox
