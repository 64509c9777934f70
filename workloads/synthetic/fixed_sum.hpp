#pragma once

#include <cstddef>
#include <vector>

#include "kernel/base/prng.hpp"

namespace signalbox {

// Points of the unit cube whose coordinates have a given sum, uniform over all of them. That slice of the cube is cut
// into simplices by how the coordinates are ordered, and walked from one dimension to the next by the volumes that lie
// either way (Stafford, Random Vectors with Fixed Sum, 2006; Emberson, Stafford and Davis 2010, section III).
//
// It computes in floating point, because the volumes span more orders of magnitude than integers do, but it only adds,
// multiplies and divides, which IEEE 754 defines to the last bit; CMakeLists.txt keeps compilers from contracting.
class FixedSum {
 public:
  // Requires count > 0 and 0 <= sum <= count.
  FixedSum(std::size_t count, double sum);

  std::vector<double> draw(Prng& random) const;

 private:
  void fill_table();

  std::size_t count_;
  double sum_;
  std::size_t whole_;  // of the sum, and less than count
  // By how many coordinates follow, and by the whole part of what they sum up to: the probability that the next one is
  // the greater.
  std::vector<std::vector<double>> step_up_;
};

}  // namespace signalbox
