#include "kernel/sim/trace_log.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

void TraceLog::add_sink(TraceSink& sink) {
  sinks_.push_back(&sink);
  wanted_ |= sink.wanted();
  batch_.reserve(2 * batch_size);
}

NameId TraceLog::intern(std::string_view text) {
  if (text.empty()) return NameId();
  if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
  const NameId id(static_cast<NameId::Value>(names_.size()));
  ids_.emplace(names_.emplace_back(text), id);
  return id;
}

std::string_view TraceLog::name(NameId id) const {
  CHECK(id.value() < names_.size(), "a name is interned before it is used");
  return names_[id.value()];
}

void TraceLog::flush() {
  if (batch_.empty()) return;
  for (TraceSink* sink : sinks_) sink->consume(batch_, *this);
  batch_.clear();
}

void TraceLog::finish(Instant end) {
  flush();
  for (TraceSink* sink : sinks_) sink->finish(end);
}

}  // namespace signalbox
