#include "kernel/sim/trace_log.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

void TraceLog::add_sink(TraceSink& sink) {
  sinks_.push_back(&sink);
  wanted_ |= sink.wanted();
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

// Somebody emits without an end before the hub can flush.
void TraceLog::grow() {
  const std::size_t size = batch_.size();
  batch_.resize(2 * size);
  next_ = batch_.data() + size;
  full_ = batch_.data() + batch_size;
  end_ = batch_.data() + batch_.size();
}

void TraceLog::flush() {
  if (next_ == batch_.data()) return;
  const std::span<const TraceEvent> batch(batch_.data(), next_);
  for (TraceSink* sink : sinks_) sink->consume(batch, *this);
  next_ = batch_.data();
}

void TraceLog::finish(Instant end) {
  flush();
  for (TraceSink* sink : sinks_) sink->finish(end);
}

}  // namespace signalbox
