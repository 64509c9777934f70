#include "kernel/sched/pelt.hpp"

#include <array>

namespace signalbox {
namespace {

constexpr std::uint64_t period = 1024;
constexpr std::uint64_t half_life = 32;        // periods: LOAD_AVG_PERIOD
constexpr std::uint64_t greatest_sum = 47742;  // of the series 1024 y^n: LOAD_AVG_MAX

// 2^32 y^n with y^32 = 1/2 (kernel/sched/sched-pelt.h, runnable_avg_yN_inv).
constexpr std::array<std::uint32_t, half_life> inverse_powers{
    0xffffffff, 0xfa83b2da, 0xf5257d14, 0xefe4b99a, 0xeac0c6e6, 0xe5b906e6, 0xe0ccdeeb, 0xdbfbb796,
    0xd744fcc9, 0xd2a81d91, 0xce248c14, 0xc9b9bd85, 0xc5672a10, 0xc12c4cc9, 0xbd08a39e, 0xb8fbaf46,
    0xb504f333, 0xb123f581, 0xad583ee9, 0xa9a15ab4, 0xa5fed6a9, 0xa2704302, 0x9ef5325f, 0x9b8d39b9,
    0x9837f050, 0x94f4efa8, 0x91c3d373, 0x8ea4398a, 0x8b95c1e3, 0x88980e80, 0x85aac367, 0x82cd8698};

// pelt.c, decay_load: value y^n.
std::uint64_t decayed(std::uint64_t value, std::uint64_t periods) {
  if (periods > half_life * 63) return 0;
  return ((value >> (periods / half_life)) * inverse_powers[periods % half_life]) >> 32U;
}

// pelt.c, __accumulate_pelt_segments: the rest of the first period, the whole ones between, and the begun last one.
std::uint64_t segments(std::uint64_t periods, std::uint64_t first, std::uint64_t last) {
  return decayed(first, periods) + greatest_sum - decayed(greatest_sum, periods) - period + last;
}

}  // namespace

void PeltAverage::start(Instant now, std::uint32_t value) {
  updated_ = now;
  into_period_ = 0;
  average_ = static_cast<std::uint16_t>(value);
  sum_ = static_cast<std::uint32_t>(value * (greatest_sum - period));
}

// pelt.c, ___update_load_sum, accumulate_sum and ___update_load_avg.
void PeltAverage::advance(Instant now, std::uint32_t contribution) {
  auto passed = static_cast<std::uint64_t>((now - updated_).nanoseconds()) >> 10U;
  if (passed == 0) return;
  updated_ += Duration(static_cast<std::int64_t>(passed << 10U));

  std::uint64_t sum = sum_;
  std::uint64_t gained = passed;
  passed += into_period_;
  const std::uint64_t periods = passed / period;
  if (periods != 0) {
    sum = decayed(sum, periods);
    passed %= period;
    gained = segments(periods, period - into_period_, passed);
  }
  into_period_ = static_cast<std::uint16_t>(passed);
  sum += gained * contribution;
  sum_ = static_cast<std::uint32_t>(sum);
  average_ = static_cast<std::uint16_t>(sum / (greatest_sum - period + into_period_));
}

}  // namespace signalbox
