#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/sim/trace_sink.hpp"
#include "tools/export/output_file.hpp"
#include "tools/export/slice_builder.hpp"
#include "tools/export/time_bins.hpp"

namespace signalbox {

// A drawing of the run in at most 100 columns of text: a row for each CPU that shows whom it ran, a row for each of
// the first threads that shows what it did. Written at the end, from memory that does not grow with the run.
class Gantt final : public TraceSink, private SliceVisitor {
 public:
  static constexpr std::size_t most_threads = 40;
  static constexpr std::size_t most_cpus = 16;

  explicit Gantt(std::string path) : file_(std::move(path)), slices_(*this) {}

  TraceKinds wanted() const override;
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override;
  void finish(Instant end) override;

 private:
  // What a thread did within a bin, in ns.
  struct ThreadCell {
    std::int64_t running = 0;
    std::int64_t ready = 0;
    std::int64_t blocked = 0;

    void merge(const ThreadCell& other);
    char mark() const;
  };
  // Who had a CPU longest within a bin: exact while one thread has it, a good guess where many share a bin.
  struct CpuCell {
    Tid owner;
    std::int64_t owned = 0;
    std::int64_t busy = 0;

    void add(Tid thread, std::int64_t nanoseconds);
    void merge(const CpuCell& other);
  };
  struct ThreadRow {
    Tid thread;
    std::string name;
  };
  // The scale: how many bins are one column, and how many columns the run takes.
  struct Scale {
    std::size_t bins = 1;
    std::size_t columns = 0;
  };

  void add_thread(const TraceEvent& event, const TraceNames& names);
  void on_slice(const ThreadSlice& slice) override;
  Scale scale_for(std::int64_t length) const;
  void print_axis(const Scale& scale);
  void print_cpus(const Scale& scale);
  void print_threads(const Scale& scale);
  char letter_of(Tid thread) const;

  OutputFile file_;
  SliceBuilder slices_;
  Instant start_;
  unsigned cpus_ = 0;
  std::uint64_t elided_threads_ = 0;
  std::vector<std::uint8_t> row_of_;  // by tid: 1 + index into thread_rows_, 0 has none
  std::vector<ThreadRow> thread_rows_;
  TimeBins<ThreadCell> thread_bins_;
  TimeBins<CpuCell> cpu_bins_;
};

}  // namespace signalbox
