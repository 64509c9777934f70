#include "kernel/base/prng.hpp"

#include <bit>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

// FNV-1a (Fowler, Noll, Vo): enough to tell names apart; split_mix does the mixing.
std::uint64_t name_hash(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

}  // namespace

Prng::Prng(std::uint64_t seed) : seed_(seed) {
  std::uint64_t mixer = seed;
  for (std::uint64_t& word : state_) word = split_mix(mixer);
}

Prng Prng::split(std::string_view name) const {
  std::uint64_t mixer = seed_ ^ name_hash(name);
  return Prng(split_mix(mixer));
}

std::uint64_t Prng::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Prng::below(std::uint64_t bound) {
  CHECK(bound > 0, "a choice needs at least one alternative");
  __extension__ using Wide = unsigned __int128;
  const std::uint64_t threshold = -bound % bound;
  for (;;) {
    const Wide product = static_cast<Wide>(next()) * bound;
    if (static_cast<std::uint64_t>(product) >= threshold) return static_cast<std::uint64_t>(product >> 64U);
  }
}

}  // namespace signalbox
