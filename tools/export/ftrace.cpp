#include "tools/export/ftrace.hpp"

#include <iterator>
#include <string_view>

namespace signalbox {
namespace {

using Word = ShortText<24>;

// By Tracepoint.
constexpr Word names[] = {"sched_switch",       "sched_waking",       "sched_wakeup",      "sched_wakeup_new",
                          "sched_migrate_task", "sched_process_fork", "sched_process_exit"};
// Latency flags as a kernel shows them there: interrupts off and the run queue's lock held, or neither.
constexpr Word usual_flags[] = {"d..2.", "d..4.", "d..4.", "d..2.", "d..4.", ".....", "....."};
constexpr Word interrupt_flags("d.h4.");
constexpr ThreadLabel::Comm idle("<idle>");

}  // namespace

void Ftrace::print_header(unsigned cpus) {
  fmt::format_to(std::back_inserter(out()), R"(# tracer: nop
#
# entries-in-buffer/entries-written: 0/0   #P:{}
#
#                                _-----=> irqs-off/BH-disabled
#                               / _----=> need-resched
#                              | / _---=> hardirq/softirq
#                              || / _--=> preempt-depth
#                              ||| / _-=> migrate-disable
#                              |||| /     delay
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
#              | |         |   |||||     |         |
)",
                 cpus);
}

void Ftrace::print_place(LineWriter& line, Tracepoint tracepoint, const Place& place, Instant when) {
  const Word& name = names[static_cast<unsigned>(tracepoint)];
  const Word& flags = place.is_interrupt ? interrupt_flags : usual_flags[static_cast<unsigned>(tracepoint)];
  line.text_right(place.task == Tid() ? idle : label(place.task).comm, 16);
  line.text("-").number_left(place.task.value(), 7);
  line.text(" [").number_right(place.cpu.value(), 3, '0').text("] ").text(flags).text(" ");
  put_time(line, when);
  line.text(": ").text(name).text(": ");
}

// Several lines of one microsecond are the rule, so the last one's digits are kept.
void Ftrace::put_time(LineWriter& line, Instant when) {
  // Rounded as ns2usecs() rounds (kernel/trace/trace.c).
  const std::int64_t microseconds = (when.nanoseconds() + 500) / 1'000;
  if (microseconds == printed_) {
    line.text(digits_);
    return;
  }
  const std::size_t begin = line.size();
  line.number_right(microseconds / 1'000'000, 5, ' ').text(".").number_right(microseconds % 1'000'000, 6, '0');
  printed_ = microseconds;
  digits_ = ShortText<24>(line.since(begin));
}

}  // namespace signalbox
