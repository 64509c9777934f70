#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/sim/trace_sink.hpp"
#include "tools/export/line_writer.hpp"
#include "tools/export/output_file.hpp"
#include "tools/export/switch_pairing.hpp"
#include "tools/export/thread_labels.hpp"

namespace signalbox {

// Prints a run as the scheduler tracepoints of Linux (include/trace/events/sched.h): what ftrace and perf share.
// They differ in what stands before the tracepoint's own text.
class SchedText : public TraceSink, private SwitchVisitor {
 public:
  TraceKinds wanted() const final;
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) final;
  void finish(Instant end) final;

 protected:
  enum class Tracepoint : std::uint8_t { switching, waking, wakeup, wakeup_new, migrate, fork, exit };

  // Before a tracepoint's own text: on which CPU it happened, when, and who ran there (0: nobody).
  struct Place {
    CpuId cpu{};
    Tid task{};
    bool is_interrupt = false;
  };

  explicit SchedText(std::string path) : file_(std::move(path)), switches_(*this) {}
  ~SchedText() override = default;

  virtual void print_header(unsigned cpus) { static_cast<void>(cpus); }
  // Ends with the tracepoint's name, a colon and a space.
  virtual void print_place(LineWriter& line, Tracepoint tracepoint, const Place& place, Instant when) = 0;

  fmt::memory_buffer& out() { return file_.buffer(); }
  const ThreadLabel& label(Tid tid) { return labels_[tid]; }

 private:
  // Where a line lies in out(), and how much of it is its place; in bytes.
  struct WrittenLine {
    std::size_t begin = 0;
    std::size_t place_size = 0;
    std::size_t size = 0;
  };

  void apply(const TraceEvent& event, const TraceNames& names);
  void on_switch(const SwitchFact& fact) override;
  void on_ready(const TraceEvent& event);
  void on_migrated(const TraceEvent& event);
  void on_exited(const TraceEvent& event);
  void on_process_created(const TraceEvent& event);
  void put_thread(LineWriter& line, Tid thread);
  void print_fork(const TraceEvent& event, Tid creator, const Place& place);
  WrittenLine print_wakeup(Tracepoint tracepoint, const Place& place, const TraceEvent& event);
  void repeat_as_wakeup(const WrittenLine& waking);
  Place place_of(Tid actor, CpuId otherwise);
  Tid creator_of(Tid thread);

  OutputFile file_;
  ThreadLabels labels_;
  SwitchPairing switches_;
  std::vector<Pid> parents_;  // by pid
};

}  // namespace signalbox
