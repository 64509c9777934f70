#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/prng.hpp"
#include "kernel/mm/page_walk.hpp"
#include "kernel/mm/reclaim/reference_run.hpp"

namespace signalbox {

// Which addresses a program uses, in what order.
struct PagePattern {
  enum class Kind : std::uint8_t {
    strided,     // each `step` bytes above the one before, and from the end round to the beginning
    random,      // any of them, as likely as any other
    references,  // as a reference string says, over and over
  };

  Kind kind = Kind::strided;
  std::uint64_t pages = 1;  // there are so many, from 0 on
  std::uint64_t page_bytes = 4096;
  std::uint64_t step = 64;
  std::vector<PageReference> references = {};

  std::uint64_t bytes() const { return pages * page_bytes; }
};

// One run through a pattern.
class PatternRun {
 public:
  // Two runs of the same `name` and seed are the same. The pattern outlives it.
  PatternRun(const PagePattern& pattern, std::uint64_t seed, const std::string& name);

  struct Use {
    std::uint64_t offset = 0;  // from where the pattern's pages begin
    Access access = Access::read;
  };
  Use next();

 private:
  const PagePattern& pattern_;
  Prng random_;
  std::uint64_t count_ = 0;
};

}  // namespace signalbox
