#include "tools/export/ftrace.hpp"

#include <iterator>
#include <string_view>

namespace signalbox {

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
  // Latency flags as a kernel shows them there: interrupts off and the run queue's lock held, or neither.
  struct Words {
    std::string_view flags;
    std::string_view name;
  };
  static constexpr Words words[] = {
      {"d..2.", "sched_switch"},       {"d..4.", "sched_waking"},       {"d..4.", "sched_wakeup"},
      {"d..2.", "sched_wakeup_new"},   {"d..4.", "sched_migrate_task"}, {".....", "sched_process_fork"},
      {".....", "sched_process_exit"},
  };
  const Words& say = words[static_cast<unsigned>(tracepoint)];
  const std::string_view comm = place.task == Tid() ? std::string_view("<idle>") : label(place.task).comm_text();
  const std::string_view flags = place.is_interrupt ? std::string_view("d.h4.") : say.flags;
  line.text_right(comm, 16).text("-").number_left(place.task.value(), 7);
  line.text(" [").number_right(place.cpu.value(), 3, '0').text("] ").text(flags).text(" ");
  put_time(line, when);
  line.text(": ").text(say.name).text(": ");
}

// Several lines of one microsecond are the rule, so the last one's digits are kept.
void Ftrace::put_time(LineWriter& line, Instant when) {
  // Rounded as ns2usecs() rounds (kernel/trace/trace.c).
  const std::int64_t microseconds = (when.nanoseconds() + 500) / 1'000;
  if (microseconds != printed_) {
    printed_ = microseconds;
    digits_.clear();
    LineWriter digits(digits_);
    digits.number_right(microseconds / 1'000'000, 5, ' ').text(".").number_right(microseconds % 1'000'000, 6, '0');
  }
  line.text({digits_.data(), digits_.size()});
}

}  // namespace signalbox
