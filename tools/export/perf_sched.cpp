#include "tools/export/perf_sched.hpp"

#include <string_view>

namespace signalbox {

void PerfSched::print_place(LineWriter& line, Tracepoint tracepoint, const Place& place, Instant when) {
  static constexpr std::string_view names[] = {
      "sched:sched_switch:",       "sched:sched_waking:",       "sched:sched_wakeup:",       "sched:sched_wakeup_new:",
      "sched:sched_migrate_task:", "sched:sched_process_fork:", "sched:sched_process_exit:",
  };
  const Tid task = place.is_interrupt ? Tid() : place.task;
  line.text_right(label(task).comm_text(), 16).text(" ").number_right(task.value(), 5, ' ');
  line.text(" [").number_right(place.cpu.value(), 3, '0').text("] ");
  line.number_right(when.nanoseconds() / 1'000'000'000, 5, ' ').text(".");
  line.number_right(when.nanoseconds() % 1'000'000'000, 9, '0').text(": ");
  line.text_right(names[static_cast<unsigned>(tracepoint)], 25).text(" ");
}

}  // namespace signalbox
