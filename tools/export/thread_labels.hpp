#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/base/ids.hpp"
#include "kernel/sim/trace_sink.hpp"
#include "tools/export/line_writer.hpp"

namespace signalbox {

// What a line of a scheduler trace says of a thread, ready to print.
struct ThreadLabel {
  // TASK_COMM_LEN is 16 with the final null (include/linux/sched.h).
  static constexpr std::size_t comm_size = 15;
  using Comm = ShortText<comm_size + 1>;

  Comm comm;                    // at least 1 letter
  std::int16_t priority = 120;  // as the kernel counts: 100 + 20 + nice, 99 - real-time priority, -1 for deadline
  CpuId cpu;                    // where it last ran
  Pid pid;
  NameId name;

  std::string_view comm_text() const { return {comm.letters.data(), comm.size}; }
};

// The labels of all threads, by tid; thread 0 is "swapper".
class ThreadLabels {
 public:
  ThreadLabels();

  void created(const TraceEvent& event, const TraceNames& names);
  void renamed(const TraceEvent& event, const TraceNames& names);
  void attributes(const TraceEvent& event);

  ThreadLabel& operator[](Tid tid) {
    const auto index = static_cast<std::size_t>(tid.value());
    CHECK(index < labels_.size(), "a thread's first event is its creation");
    return labels_[index];
  }
  // Whether the thread was created; init may have none.
  bool knows(Tid tid) const {
    const auto index = static_cast<std::size_t>(tid.value());
    return index < labels_.size() && labels_[index].pid != Pid();
  }

 private:
  std::vector<ThreadLabel> labels_;
};

}  // namespace signalbox
