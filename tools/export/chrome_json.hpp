#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/sim/trace_sink.hpp"
#include "tools/export/output_file.hpp"
#include "tools/export/slice_builder.hpp"
#include "tools/export/thread_labels.hpp"

namespace signalbox {

// Chrome's Trace Event Format ("Trace Event Format", Google), for ui.perfetto.dev and chrome://tracing: process 0 is
// the machine with a track for each CPU; each emulated process has a track for each thread that shows its state.
// Times are microseconds with three decimals, so nothing is rounded. Events stand in the order in which they end,
// which the format allows.
class ChromeJson final : public TraceSink, private SliceVisitor {
 public:
  explicit ChromeJson(std::string path);

  TraceKinds wanted() const override;
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override;
  void finish(Instant end) override;

 private:
  void apply(const TraceEvent& event, const TraceNames& names);
  void on_slice(const ThreadSlice& slice) override;
  void print_machine(unsigned cpus);
  void print_process(const TraceEvent& event, const TraceNames& names);
  void print_thread_name(Tid thread, const TraceNames& names);
  void print_migration(const TraceEvent& event);
  void print_signal(const TraceEvent& event);
  void print_activation_begin(const TraceEvent& event);
  void print_activation_end(const TraceEvent& event);
  // An instant on the thread's track; `name` and `args` are JSON.
  void print_mark(const TraceEvent& event, std::string_view name, std::string_view args);
  void separate();

  // Keeps the name as a JSON string, made once for each.
  void quote(NameId name, const TraceNames& names);

  OutputFile file_;
  SliceBuilder slices_;
  ThreadLabels labels_;
  std::vector<std::string> quoted_;  // by NameId
  bool is_first_ = true;
};

}  // namespace signalbox
