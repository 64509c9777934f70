#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "kernel/sim/trace_sink.hpp"

namespace signalbox {

// Tells people, on standard error, of programs that a signal ended, as a shell does; but for sigkill, by which only
// somebody else ends a program.
class EndedPrograms final : public TraceSink {
 public:
  TraceKinds wanted() const override;
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override;

 private:
  boost::unordered_flat_map<Tid::Value, NameId> names_;  // of processes
};

}  // namespace signalbox
