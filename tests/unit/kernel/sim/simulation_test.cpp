#include "kernel/sim/simulation.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace signalbox::simulation_test {

constexpr Instant at(std::int64_t nanoseconds) { return Instant(nanoseconds); }

// Notes what happened when, and schedules one more event when it is told a payload of 100 or above.
class Recorder final : public EventHandler {
 public:
  struct Fact {
    Instant when;
    std::uint64_t payload;
    bool operator==(const Fact&) const = default;
  };

  explicit Recorder(Simulation& simulation) : simulation_(simulation) {}

  void on_event(std::uint64_t payload) override {
    facts.push_back({simulation_.now(), payload});
    if (payload >= 100) simulation_.schedule(simulation_.now(), *this, payload - 100);
  }
  void prefetch(std::uint64_t payload, Lookahead lookahead) const override { prefetches[payload].push_back(lookahead); }

  std::vector<std::uint64_t> payloads() const {
    std::vector<std::uint64_t> all;
    for (const Fact& fact : facts) all.push_back(fact.payload);
    return all;
  }

  std::vector<Fact> facts;
  mutable std::map<std::uint64_t, std::vector<Lookahead>> prefetches;  // by payload

 private:
  Simulation& simulation_;
};

bool never() { return false; }

TEST(Simulation, EventsFireInOrderOfTimeThenOfQueueing) {
  Simulation simulation(1);
  Recorder recorder(simulation);
  simulation.schedule(at(20), recorder, 1);
  simulation.schedule(at(10), recorder, 2);
  simulation.schedule(at(20), recorder, 3);
  simulation.schedule(at(10), recorder, 104);
  simulation.schedule(at(10), recorder, 5);
  simulation.run_until(Instant::max(), never);
  EXPECT_EQ(recorder.facts, (std::vector<Recorder::Fact>{
                                {at(10), 2}, {at(10), 104}, {at(10), 5}, {at(10), 4}, {at(20), 1}, {at(20), 3}}));
  EXPECT_FALSE(simulation.has_events());
}

TEST(Simulation, RunUntilIncludesTheLimitAndLeavesTheRest) {
  Simulation simulation(1);
  Recorder recorder(simulation);
  for (const std::int64_t when : {5, 6, 7}) simulation.schedule(at(when), recorder, 0);
  simulation.run_until(at(6), never);
  EXPECT_EQ(recorder.facts.size(), 2U);
  EXPECT_EQ(simulation.now(), at(6));
  EXPECT_TRUE(simulation.has_events());
}

TEST(Simulation, StopIsAskedBeforeEveryEvent) {
  Simulation simulation(1);
  Recorder recorder(simulation);
  for (int i = 0; i < 5; ++i) simulation.schedule(at(i), recorder, 0);
  simulation.run_until(Instant::max(), [&] { return recorder.facts.size() == 3; });
  EXPECT_EQ(recorder.facts.size(), 3U);
}

// Runs ahead as far as the horizon lets it.
class RunsAhead final : public EventHandler {
 public:
  explicit RunsAhead(Simulation& simulation) : simulation_(simulation) {}
  void on_event(std::uint64_t payload) override {
    if (payload == 1) simulation_.end_running_ahead();
    horizons.push_back(simulation_.horizon());
  }
  std::vector<Instant> horizons;

 private:
  Simulation& simulation_;
};

TEST(Simulation, HorizonIsTheNextEventOrJustBeyondTheLimit) {
  Simulation simulation(1);
  RunsAhead handler(simulation);
  simulation.schedule(at(10), handler, 0);
  simulation.schedule(at(30), handler, 0);
  simulation.run_until(at(50), never);
  EXPECT_EQ(handler.horizons, (std::vector{at(30), at(51)}));
  EXPECT_EQ(simulation.horizon(), Instant::max()) << "outside of a run nothing limits";
}

TEST(Simulation, NobodyRunsAheadAfterItWasEnded) {
  Simulation simulation(1);
  RunsAhead handler(simulation);
  simulation.schedule(at(10), handler, 1);
  simulation.schedule(at(30), handler, 0);
  simulation.run_until(at(50), [&] { return handler.horizons.size() == 1; });
  EXPECT_EQ(handler.horizons, (std::vector{at(10)}));
  simulation.run_until(at(50), never);
  EXPECT_EQ(handler.horizons.back(), at(51)) << "the next run may again";
}

TEST(Simulation, AdvanceMovesTheClockAlone) {
  Simulation simulation(1);
  simulation.advance_to(at(7));
  EXPECT_EQ(simulation.now(), at(7));
}

TEST(SimulationDeathTest, ThePastIsRefused) {
  Simulation simulation(1);
  Recorder recorder(simulation);
  simulation.advance_to(at(7));
  EXPECT_DEATH(simulation.schedule(at(6), recorder, 0), "an event lies in the future");
  EXPECT_DEATH(simulation.advance_to(at(6)), "time does not run backwards");
}

std::vector<std::uint64_t> shuffled_order(std::uint64_t seed) {
  Simulation simulation(seed, true);
  Recorder recorder(simulation);
  for (std::uint64_t i = 0; i < 20; ++i) simulation.schedule(at(i < 10 ? 5 : 3), recorder, i);
  simulation.run_until(Instant::max(), never);
  return recorder.payloads();
}

TEST(Simulation, SeedShufflesEventsOfOneInstantOnly) {
  std::vector<std::uint64_t> order = shuffled_order(1);
  EXPECT_EQ(order, shuffled_order(1));
  EXPECT_NE(order, shuffled_order(2));
  EXPECT_FALSE(std::ranges::is_sorted(order.begin(), order.begin() + 10));
  std::ranges::sort(order.begin(), order.begin() + 10);
  std::ranges::sort(order.begin() + 10, order.end());
  EXPECT_EQ(order.front(), 10U) << "those of the earlier instant stay first";
  EXPECT_EQ(order[10], 0U);
}

TEST(Simulation, SoonEventsArePrefetchedStepByStep) {
  Simulation simulation(1);
  Recorder recorder(simulation);
  constexpr int events = 5000;
  for (int i = 0; i < events; ++i) simulation.schedule(at(i), recorder, 0);
  simulation.schedule(at(100), recorder, 50);
  simulation.run_until(Instant::max(), never);
  EXPECT_EQ(recorder.facts.size(), events + 1U);
  EXPECT_EQ(recorder.prefetches[50], (std::vector{Lookahead::far, Lookahead::middle, Lookahead::near}));
}

TEST(Simulation, FewEventsAreNotPrefetched) {
  Simulation simulation(1);
  Recorder recorder(simulation);
  for (int i = 0; i < 500; ++i) simulation.schedule(at(i), recorder, 0);
  simulation.run_until(Instant::max(), never);
  EXPECT_TRUE(recorder.prefetches.empty());
}

TEST(Simulation, RandomStreamsFollowTheSeed) {
  EXPECT_EQ(Simulation(5).random().split("a").next(), Simulation(5).random().split("a").next());
  EXPECT_NE(Simulation(5).random().split("a").next(), Simulation(6).random().split("a").next());
}

}  // namespace signalbox::simulation_test
