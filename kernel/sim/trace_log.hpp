#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/sim/trace_sink.hpp"

namespace signalbox {

// Collects the facts of a run and hands them to its sinks in batches, so that a fact costs a store. A kind that no sink
// wants is dropped at once. emit() never runs a sink: it may be called on a thread's small kernel stack, while sinks
// need room; whoever is on a large stack calls flush() when is_full().
class TraceLog final : public TraceNames {
 public:
  TraceLog() = default;
  TraceLog(const TraceLog&) = delete;
  TraceLog& operator=(const TraceLog&) = delete;

  // The sink must outlive the log. Call before the first emit.
  void add_sink(TraceSink& sink);

  bool wants(TraceKind kind) const { return (wanted_ & bit(kind)) != 0; }

  [[gnu::always_inline]] void emit(const TraceEvent& event) {
    if (!wants(event.kind)) return;
    if (next_ == end_) [[unlikely]]
      grow();
    *next_++ = event;
  }

  // The number of `text`, the same for equal texts; 0 for the empty one.
  NameId intern(std::string_view text);
  std::string_view name(NameId id) const override;
  NameId::Value count() const override { return static_cast<NameId::Value>(names_.size() - 1); }

  bool is_full() const { return next_ >= full_; }
  void flush();
  // Flushes and tells every sink that nothing follows.
  void finish(Instant end);

 private:
  static constexpr std::size_t batch_size = 512;  // 16 KiB: stays in the host's first-level cache

  void grow();

  std::vector<TraceEvent> batch_ = std::vector<TraceEvent>(2 * batch_size);
  TraceEvent* next_ = batch_.data();  // the events before it count
  TraceEvent* full_ = next_ + batch_size;
  TraceEvent* end_ = next_ + batch_.size();
  TraceKinds wanted_ = 0;
  std::vector<TraceSink*> sinks_;
  std::deque<std::string> names_{std::string()};             // a deque: views into it stay valid
  boost::unordered_flat_map<std::string_view, NameId> ids_;  // looked up only, never iterated
};

}  // namespace signalbox
