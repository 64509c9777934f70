#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/page_bits.hpp"
#include "tests/support/reference_strings.hpp"

// What must hold for every replacement policy, on strings and memories drawn at random.
namespace signalbox::reclaimer_test {
namespace {

ReferenceString drawn_string() {
  const auto page = rc::gen::inRange<PageKey>(0, *rc::gen::inRange<PageKey>(1, 40));
  ReferenceString string;
  for (const PageKey each : *rc::gen::container<std::vector<PageKey>>(page)) {
    string.push_back({.page = each, .is_write = *rc::gen::arbitrary<bool>()});
  }
  return string;
}

ReferenceSettings drawn_settings() {
  return {.frames = *rc::gen::inRange<FrameSlot>(1, 20),
          .tick = *rc::gen::inRange<std::uint64_t>(0, 9),
          .tau = *rc::gen::inRange<std::uint64_t>(0, 30),
          .seed = *rc::gen::inRange<std::uint64_t>(1, 99)};
}

// A fault if and only if the page is in no frame, by a list of our own.
RC_GTEST_PROP(Reclaimers, FaultExactlyWhereThePageHasNoFrame, ()) {
  const ReferenceString string = drawn_string();
  const ReferenceSettings settings = drawn_settings();
  for (const ReclaimerRow* row : all_reclaimers()) {
    ReferenceRun run(*row, string, settings);
    std::set<PageKey> resident;
    for (const PageReference& reference : string) {
      const bool is_absent = !resident.contains(reference.page);
      const ReferenceStep step = run.step();
      RC_ASSERT(step.is_fault == is_absent);
      if (step.evicted) RC_ASSERT(resident.erase(*step.evicted) == 1);
      RC_ASSERT(!step.evicted || resident.size() + 1 == settings.frames);
      resident.insert(reference.page);
      RC_ASSERT(resident.size() <= settings.frames);
    }
  }
}

RC_GTEST_PROP(Reclaimers, NoneHasFewerFaultsThanOpt, ()) {
  const ReferenceString string = drawn_string();
  const ReferenceSettings settings = drawn_settings();
  const std::uint64_t least = faults("opt", string, settings);
  for (const ReclaimerRow* row : all_reclaimers()) RC_ASSERT(faults(row->name, string, settings) >= least);
}

// Stack policies (Mattson et al. 1970): a larger memory holds all that a smaller one does, so Belady's anomaly cannot
// be.
RC_GTEST_PROP(Reclaimers, StackPoliciesFaultNoMoreWithMoreFrames, ()) {
  const ReferenceString string = drawn_string();
  for (const char* policy : {"lru", "opt"}) {
    const std::vector<std::uint64_t> counts = faults_up_to(policy, string, 12);
    RC_ASSERT(std::ranges::is_sorted(counts, std::ranges::greater()));
  }
}

RC_GTEST_PROP(Reclaimers, TheSameTwice, ()) {
  const ReferenceString string = drawn_string();
  const ReferenceSettings settings = drawn_settings();
  for (const ReclaimerRow* row : all_reclaimers()) {
    RC_ASSERT(evicted(row->name, string, settings) == evicted(row->name, string, settings));
  }
}

// Pages that go for ever in between, as an unmapping makes them.
RC_GTEST_PROP(Reclaimers, SurvivePagesThatAreGone, ()) {
  const auto moves = *rc::gen::container<std::vector<PageKey>>(rc::gen::inRange<PageKey>(0, 20));
  for (const ReclaimerRow* row : all_reclaimers()) {
    if (row->input == ReclaimerInput::future) continue;
    PageBits bits(8);
    const Prng prng(1);
    const auto reclaimer = row->make({.view = bits, .slots = 8, .tau = 0, .prng = prng});
    std::vector<std::optional<PageKey>> frames(8);
    for (const PageKey page : moves) {
      if (const auto at = std::ranges::find(frames, std::optional(page)); at != frames.end()) {
        reclaimer->freed({static_cast<FrameSlot>(at - frames.begin()), page}, Reclaimer::Loss::gone);
        *at = std::nullopt;
        continue;
      }
      auto free = std::ranges::find(frames, std::optional<PageKey>());
      if (free == frames.end()) {
        const FrameSlot slot = reclaimer->choose(page);
        RC_ASSERT(slot < frames.size());
        free = frames.begin() + slot;
        reclaimer->freed({slot, **free}, Reclaimer::Loss::evicted);
      }
      *free = page;
      const auto slot = static_cast<FrameSlot>(free - frames.begin());
      bits.accessed[slot] = true;
      reclaimer->loaded({slot, page});
    }
  }
}

}  // namespace
}  // namespace signalbox::reclaimer_test
