#include "kernel/sim/trace_hash.hpp"

#include <xxhash.h>

#include <string_view>

namespace signalbox {

struct TraceHash::State {
  XXH3_state_t hash;
  NameId::Value names_hashed = 0;  // names 1..names_hashed are in the hash
};

TraceHash::TraceHash() : state_(std::make_unique<State>()) { XXH3_64bits_reset(&state_->hash); }

TraceHash::~TraceHash() = default;

void TraceHash::consume(std::span<const TraceEvent> batch, const TraceNames& names) {
  for (; state_->names_hashed < names.count(); ++state_->names_hashed) {
    const std::string_view text = names.name(NameId(state_->names_hashed + 1));
    XXH3_64bits_update(&state_->hash, text.data(), text.size() + 1);
  }
  XXH3_64bits_update(&state_->hash, batch.data(), batch.size_bytes());
}

std::uint64_t TraceHash::value() const { return XXH3_64bits_digest(&state_->hash); }

}  // namespace signalbox
