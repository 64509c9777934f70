#include "kernel/sim/trace_hash.hpp"

#include <xxhash.h>

#include <array>
#include <string_view>

namespace signalbox {

struct TraceHash::State {
  XXH3_state_t events;
  XXH3_state_t names;
  NameId::Value names_hashed = 0;  // names 1..names_hashed are in the hash
};

TraceHash::TraceHash() : state_(std::make_unique<State>()) {
  XXH3_64bits_reset(&state_->events);
  XXH3_64bits_reset(&state_->names);
}

TraceHash::~TraceHash() = default;

void TraceHash::consume(std::span<const TraceEvent> batch, const TraceNames& names) {
  for (; state_->names_hashed < names.count(); ++state_->names_hashed) {
    const std::string_view text = names.name(NameId(state_->names_hashed + 1));
    XXH3_64bits_update(&state_->names, text.data(), text.size() + 1);
  }
  XXH3_64bits_update(&state_->events, batch.data(), batch.size_bytes());
}

std::uint64_t TraceHash::value() const {
  const std::array<std::uint64_t, 2> both{XXH3_64bits_digest(&state_->events), XXH3_64bits_digest(&state_->names)};
  return XXH3_64bits(both.data(), sizeof both);
}

}  // namespace signalbox
