#pragma once

#include <cstdint>
#include <optional>

#include "kernel/base/prng.hpp"

namespace signalbox {

// The places where a real kernel could go either way.
enum class ChoicePoint : std::uint8_t {
  event_order,  // which of the events queued for one instant fires first
};

// Every decision that could go two ways passes here. The natural choice is always the first alternative, which
// keeps the order things were queued in; a seed shuffles, to find bugs that depend on order.
class Choice {
 public:
  static Choice natural() { return Choice(); }
  static Choice shuffled(const Prng& seed) { return Choice(seed.split("choice")); }

  bool is_natural() const { return !prng_.has_value(); }

  // A number below `alternatives`.
  std::uint64_t choose(ChoicePoint point, std::uint64_t alternatives) {
    static_cast<void>(point);
    return prng_ ? prng_->below(alternatives) : 0;
  }

 private:
  Choice() = default;
  explicit Choice(Prng prng) : prng_(prng) {}

  std::optional<Prng> prng_;
};

}  // namespace signalbox
