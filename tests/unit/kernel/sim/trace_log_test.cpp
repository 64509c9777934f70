#include "kernel/sim/trace_log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signalbox::trace_log_test {

class Sink final : public TraceSink {
 public:
  explicit Sink(TraceKinds wanted = all_trace_kinds) : wanted_(wanted) {}

  TraceKinds wanted() const override { return wanted_; }
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override {
    batches.push_back(batch.size());
    events.insert(events.end(), batch.begin(), batch.end());
    name_count = names.count();
  }
  void finish(Instant end) override { ends.push_back(end); }

  std::vector<std::size_t> batches;
  std::vector<TraceEvent> events;
  std::vector<Instant> ends;
  NameId::Value name_count = 0;

 private:
  TraceKinds wanted_;
};

TraceEvent event(TraceKind kind, std::uint64_t a = 0) { return {.kind = kind, .a = a}; }

TEST(TraceLog, WithoutSinksNothingIsWantedOrKept) {
  TraceLog log;
  EXPECT_FALSE(log.wants(TraceKind::run_begin));
  for (int i = 0; i < 2000; ++i) log.emit(event(TraceKind::run_begin));
  EXPECT_FALSE(log.is_full());
}

TEST(TraceLog, KindsThatNoSinkWantsAreDropped) {
  TraceLog log;
  Sink some(bit(TraceKind::run_end));
  Sink others(bit(TraceKind::tick));
  log.add_sink(some);
  log.add_sink(others);
  EXPECT_TRUE(log.wants(TraceKind::tick));
  EXPECT_FALSE(log.wants(TraceKind::run_begin));
  log.emit(event(TraceKind::run_begin));
  log.emit(event(TraceKind::run_end));
  log.emit(event(TraceKind::tick));
  log.flush();
  EXPECT_EQ(some.events.size(), 2U) << "a batch may hold what only others want";
  EXPECT_EQ(others.events.size(), 2U);
}

TEST(TraceLog, BatchesKeepTheOrderAndAreNeverEmpty) {
  TraceLog log;
  Sink sink;
  log.add_sink(sink);
  log.flush();
  for (std::uint64_t i = 0; i < 1500; ++i) {
    log.emit(event(TraceKind::tick, i));
    if (log.is_full()) log.flush();
  }
  log.finish(Instant(9));
  ASSERT_EQ(sink.events.size(), 1500U);
  for (std::uint64_t i = 0; i < 1500; ++i) EXPECT_EQ(sink.events[i].a, i);
  EXPECT_GT(sink.batches.size(), 1U);
  for (const std::size_t size : sink.batches) EXPECT_GT(size, 0U);
  EXPECT_EQ(sink.ends, (std::vector{Instant(9)}));
}

TEST(TraceLog, EmitBeyondAFullBatchLosesNothing) {
  TraceLog log;
  Sink sink;
  log.add_sink(sink);
  for (std::uint64_t i = 0; i < 5000; ++i) log.emit(event(TraceKind::tick, i));
  EXPECT_TRUE(log.is_full());
  log.flush();
  EXPECT_FALSE(log.is_full());
  ASSERT_EQ(sink.events.size(), 5000U);
  EXPECT_EQ(sink.events.back().a, 4999U);
}

TEST(TraceLog, NamesAreNumberedFromOneAndEqualTextsAreOne) {
  TraceLog log;
  EXPECT_EQ(log.intern(""), NameId());
  EXPECT_EQ(log.count(), 0U);
  const NameId first = log.intern("first");
  EXPECT_EQ(first, NameId(1));
  EXPECT_EQ(log.intern("second"), NameId(2));
  EXPECT_EQ(log.intern(std::string("first")), first);
  EXPECT_EQ(log.count(), 2U);
  EXPECT_EQ(log.name(NameId()), "");
  const std::string_view kept = log.name(first);
  for (int i = 0; i < 1000; ++i) log.intern("name " + std::to_string(i));
  EXPECT_EQ(kept, "first") << "views stay valid";
  EXPECT_EQ(kept.data()[kept.size()], '\0');
  EXPECT_EQ(log.name(NameId(1002)), "name 999");
}

TEST(TraceLogDeathTest, NameThatWasNotInternedIsOurBug) {
  const TraceLog log;
  EXPECT_DEATH(static_cast<void>(log.name(NameId(1))), "interned before it is used");
}

}  // namespace signalbox::trace_log_test
