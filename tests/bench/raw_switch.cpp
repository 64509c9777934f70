#include "tests/bench/raw_switch.hpp"

#include <xmmintrin.h>

#include <algorithm>
#include <boost/context/fiber.hpp>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "tests/bench/host.hpp"

namespace signalbox {
namespace {

using boost::context::fiber;

constexpr unsigned resumes = 2'000'000;  // about as many, in whole rounds

// A fiber keeps the MXCSR of its creation, and loading one whose sticky flags differ from the hub's takes 58 ns
// (Rocket Lake). The anchor is the switch without that accident, so hub and fibers begin with the same flags.
void clear_float_flags() { _mm_setcsr(_mm_getcsr() & ~0x3fU); }

class Ring {
 public:
  explicit Ring(unsigned count) : order_(count) {
    fibers_.reserve(count);
    clear_float_flags();
    for (unsigned index = 0; index < count; ++index) {
      order_[index] = index;
      fibers_.emplace_back([this](fiber&& hub) {
        while (!stops_) hub = std::move(hub).resume();
        return std::move(hub);
      });
    }
    std::mt19937 random(1);
    std::ranges::shuffle(order_, random);
    round();  // into the loop
  }
  ~Ring() {
    stops_ = true;
    round();
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  void round() {
    for (const unsigned index : order_) fibers_[index] = std::move(fibers_[index]).resume();
  }

 private:
  bool stops_ = false;
  std::vector<fiber> fibers_;
  std::vector<unsigned> order_;
};

}  // namespace

double raw_switch(unsigned count) {
  const unsigned flags_before = _mm_getcsr();  // the machines of other rows want theirs
  Ring ring(count);
  ring.round();
  const unsigned rounds = std::max(1U, resumes / count);
  const double begun = cpu_time();
  clear_float_flags();
  for (unsigned k = 0; k < rounds; ++k) ring.round();
  const double ended = cpu_time();
  _mm_setcsr(flags_before);
  return (ended - begun) / (2.0 * rounds * count);
}

}  // namespace signalbox
