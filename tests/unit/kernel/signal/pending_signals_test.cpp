#include "kernel/signal/pending_signals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "kernel/base/prng.hpp"

// signal(7), "Queueing and delivery semantics for real-time signals"
namespace signalbox::pending_signals_test {

constexpr Signal realtime(int offset) { return static_cast<Signal>(34 + offset); }

class PendingSignalsTest : public testing::Test {
 protected:
  bool send(Signal signal, std::uint64_t value = 0) {
    if (pending_.absorbs(signal)) return false;
    pending_.add({.signal = signal, .value = value}, *quota_.take(UserId(1), 1'000));
    return true;
  }
  // 0: none.
  int take(SignalSet among = SignalSet::all()) {
    const auto info = pending_.take(among);
    value_ = info ? info->value : 0;
    return info ? static_cast<int>(info->signal) : 0;
  }

  SignalQuota quota_;
  PendingSignals pending_;
  std::uint64_t value_ = 0;
};

TEST_F(PendingSignalsTest, AStandardSignalWaitsOnceWithWhatCameFirst) {
  EXPECT_TRUE(send(Signal::sigusr1, 7));
  EXPECT_FALSE(send(Signal::sigusr1, 8));
  EXPECT_EQ(take(), 10);
  EXPECT_EQ(value_, 7U);
  EXPECT_EQ(take(), 0);
}

TEST_F(PendingSignalsTest, RealtimeSignalsQueueInOrder) {
  for (const std::uint64_t value : {3U, 1U, 2U}) EXPECT_TRUE(send(realtime(0), value));
  for (const std::uint64_t value : {3U, 1U, 2U}) {
    EXPECT_EQ(take(), 34);
    EXPECT_EQ(value_, value);
  }
  EXPECT_TRUE(pending_.set().empty());
}

TEST_F(PendingSignalsTest, FaultsComeFirstThenTheLowestNumber) {
  for (const Signal signal : {realtime(1), Signal::sigterm, Signal::sigsegv, Signal::sighup}) send(signal);
  EXPECT_EQ(take(), 11);
  EXPECT_EQ(take(), 1);
  EXPECT_EQ(take(SignalSet{realtime(1)}), 35);
  EXPECT_EQ(take(), 15);
}

TEST_F(PendingSignalsTest, SlotsComeBackWithWhatTheyHeld) {
  send(realtime(0));
  send(realtime(0));
  send(Signal::sigusr1);
  EXPECT_EQ(quota_.taken(UserId(1)), 3U);
  take();
  EXPECT_EQ(quota_.taken(UserId(1)), 2U);
  pending_.discard(SignalSet{realtime(0)});
  EXPECT_EQ(quota_.taken(UserId(1)), 0U);
  EXPECT_FALSE(quota_.take(UserId(1), 0).has_value());
}

TEST_F(PendingSignalsTest, ABareOneCameFromNobody) {
  pending_.add_bare(Signal::sigusr2);
  const auto info = pending_.take(SignalSet::all());
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->signal, Signal::sigusr2);
  EXPECT_EQ(info->origin, 0U);
  EXPECT_EQ(take(), 0);
}

// The same sends, takes and discards as a list that is searched from the beginning.
TEST_F(PendingSignalsTest, AgreesWithAListThatIsSearched) {
  Prng random(7);
  std::deque<SignalInfo> model;
  for (std::uint64_t step = 0; step < 20'000; ++step) {
    const auto signal = static_cast<Signal>(1 + random.below(64));
    const std::uint64_t what = random.below(8);
    if (what < 4) {
      const bool waits = std::ranges::find(model, signal, &SignalInfo::signal) != model.end();
      const bool is_new = is_realtime_signal(signal) || !waits;
      EXPECT_EQ(send(signal, step), is_new);
      if (is_new) model.push_back({.signal = signal, .value = step});
    } else if (what < 7) {
      const SignalSet among = SignalSet::from_bits(random.next());
      auto best = model.end();
      const auto rank = [](const SignalInfo& info) {
        return std::pair(!synchronous_signals.has(info.signal), info.signal);
      };
      for (auto at = model.begin(); at != model.end(); ++at) {
        if (among.has(at->signal) && (best == model.end() || rank(*at) < rank(*best))) best = at;
      }
      ASSERT_EQ(take(among), best == model.end() ? 0 : static_cast<int>(best->signal)) << step;
      if (best == model.end()) continue;
      ASSERT_EQ(value_, best->value) << step;
      model.erase(best);
    } else {
      pending_.discard(SignalSet{signal});
      std::erase_if(model, [&](const SignalInfo& info) { return info.signal == signal; });
    }
    ASSERT_EQ(quota_.taken(UserId(1)), model.size());
  }
}

}  // namespace signalbox::pending_signals_test
