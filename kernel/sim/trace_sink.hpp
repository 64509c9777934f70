#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/ids.hpp"
#include "kernel/sim/trace_event.hpp"

namespace signalbox {

// A set of trace kinds, as a bit mask.
using TraceKinds = std::uint32_t;
inline constexpr TraceKinds all_trace_kinds = (TraceKinds{1} << trace_kind_count) - 1;
constexpr TraceKinds bit(TraceKind kind) { return TraceKinds{1} << static_cast<unsigned>(kind); }

// The strings that trace events refer to by NameId.
class TraceNames {
 public:
  // Null-terminated, and valid as long as the names are.
  virtual std::string_view name(NameId id) const = 0;
  // Names are numbered 1 to count().
  virtual NameId::Value count() const = 0;

 protected:
  ~TraceNames() = default;
};

// A reader of the stream of facts: metrics, an exporter, the hash. Batches come in order and are never empty.
class TraceSink {
 public:
  virtual ~TraceSink() = default;

  // The kinds this sink needs; a batch may hold others, which it passes over.
  virtual TraceKinds wanted() const { return all_trace_kinds; }
  virtual void consume(std::span<const TraceEvent> batch, const TraceNames& names) = 0;
  // No batch follows.
  virtual void finish(Instant end) { static_cast<void>(end); }
};

}  // namespace signalbox
