#pragma once

#include <cstdint>
#include <string>

#include "tools/export/sched_text.hpp"

namespace signalbox {

// ftrace text, as `cat /sys/kernel/tracing/trace` prints it (kernel/trace/trace_output.c, trace_print_context):
// for trace-cmd users, Perfetto, LISA, and our own reader of scheduler traces. Times are rounded to microseconds, as
// that format has no more digits.
class Ftrace final : public SchedText {
 public:
  explicit Ftrace(std::string path) : SchedText(std::move(path)) {}

 private:
  void print_header(unsigned cpus) override;
  void print_place(LineWriter& line, Tracepoint tracepoint, const Place& place, Instant when) override;
  void put_time(LineWriter& line, Instant when);

  std::int64_t printed_ = -1;  // the microsecond of digits_
  ShortText<24> digits_;
};

}  // namespace signalbox
