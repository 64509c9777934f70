#include "tools/export/thread_labels.hpp"

#include <algorithm>

namespace signalbox {

namespace {

// Cut as the kernel cuts, in bytes; a control character would break the line a name stands in. "<...>" is what ftrace
// prints for a task without a name.
void set_comm(ThreadLabel& label, std::string_view name) {
  if (name.empty()) name = "<...>";
  label.comm = ThreadLabel::Comm(name.substr(0, ThreadLabel::comm_size));
  const auto tame = [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f ? '?' : byte; };
  char* const letters = label.comm.letters.begin();
  std::transform(letters, letters + label.comm.size, letters, tame);
}

}  // namespace

ThreadLabels::ThreadLabels() : labels_(1) { set_comm(labels_[0], "swapper"); }

void ThreadLabels::created(const TraceEvent& event, const TraceNames& names) {
  const auto index = static_cast<std::size_t>(event.thread.value());
  if (index >= labels_.size()) labels_.resize(index + 1);
  ThreadLabel& label = labels_[index] = ThreadLabel();
  label.pid = Pid(static_cast<Pid::Value>(event.a));
  label.name = NameId(static_cast<NameId::Value>(event.b));
  set_comm(label, names.name(label.name));
}

void ThreadLabels::renamed(const TraceEvent& event, const TraceNames& names) {
  ThreadLabel& label = (*this)[event.thread];
  label.name = NameId(static_cast<NameId::Value>(event.b));
  set_comm(label, names.name(label.name));
}

void ThreadLabels::attributes(const TraceEvent& event) {
  // Numbers of the Linux ABI (sched(7)): FIFO 1, RR 2, DEADLINE 6; priorities as in kernel/sched/prio.h.
  static constexpr unsigned fifo = 1;
  static constexpr unsigned round_robin = 2;
  static constexpr unsigned deadline = 6;
  const auto level = static_cast<int>(event.b);
  int priority = 100 + level;
  if (event.detail == fifo || event.detail == round_robin) priority = 99 - level;
  if (event.detail == deadline) priority = -1;
  (*this)[event.thread].priority = static_cast<std::int16_t>(priority);
}

}  // namespace signalbox
