#include "kernel/alloc/decay.hpp"

#include <algorithm>
#include <limits>

namespace signalbox::alloc {
namespace {

constexpr unsigned fraction_bits = 24;

// x = (i + 1) / steps for a page whose age is steps - 1 - i: the newest may stay whole.
consteval auto smoothstep_table() {
  __extension__ using Wide = unsigned __int128;
  std::array<std::uint32_t, Decay::steps> table{};
  constexpr Wide n = Decay::steps;
  for (unsigned i = 0; i < Decay::steps; ++i) {
    const Wide x = i + 1;
    const Wide sum = 6 * x * x * x * x * x + 10 * n * n * x * x * x - 15 * n * x * x * x * x;
    table[i] = static_cast<std::uint32_t>((sum << fraction_bits) / (n * n * n * n * n));
  }
  return table;
}
constexpr auto shares = smoothstep_table();

}  // namespace

std::uint32_t smoothstep(unsigned step) { return shares[step]; }

void Decay::start(Duration length, Instant now) {
  never_ = length < Duration();
  interval_ = never_ ? Duration() : length / steps;
  if (length > Duration() && interval_ == Duration()) interval_ = Duration(1);
  next_step_ = now + interval_;
}

std::uint64_t Decay::limit_at(Instant now, std::uint64_t free_pages) {
  const std::int64_t advanced = 1 + (now - next_step_) / interval_;
  next_step_ += interval_ * advanced;
  shift(advanced);
  const std::uint64_t born = free_pages > unpurged_ ? free_pages - unpurged_ : 0;
  newly_free_.back() =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(born, std::numeric_limits<std::uint32_t>::max()));
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < steps; ++i) sum += std::uint64_t{newly_free_[i]} * shares[i];
  return sum >> fraction_bits;
}

void Decay::shift(std::int64_t by) {
  const auto kept =
      by >= std::int64_t{steps} ? newly_free_.begin() : std::shift_left(newly_free_.begin(), newly_free_.end(), by);
  std::fill(kept, newly_free_.end(), 0);
}

}  // namespace signalbox::alloc
