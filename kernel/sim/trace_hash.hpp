#pragma once

#include <cstdint>
#include <memory>

#include "kernel/sim/trace_sink.hpp"

namespace signalbox {

// The determinism hash: XXH3 (64 bits) over every event's bytes, and over the names they use in the order of their
// numbers. Two streams, so that it does not matter how the facts were cut into batches.
class TraceHash final : public TraceSink {
 public:
  TraceHash();
  ~TraceHash() override;

  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override;
  std::uint64_t value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace signalbox
