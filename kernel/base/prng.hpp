#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace signalbox {

// A named stream of random numbers: xoshiro256** seeded by SplitMix64 (Blackman and Vigna,
// prng.di.unimi.it). Streams split by name are independent, so a new user of randomness changes nobody
// else's numbers.
class Prng {
 public:
  explicit Prng(std::uint64_t seed);

  // A stream that depends on this one's seed and on `name`, not on how many numbers were drawn.
  Prng split(std::string_view name) const;

  std::uint64_t next();
  // Uniform in [0, bound), without bias (Lemire 2019). Requires bound > 0.
  std::uint64_t below(std::uint64_t bound);

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_;
};

}  // namespace signalbox
