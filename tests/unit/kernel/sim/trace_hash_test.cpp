#include "kernel/sim/trace_hash.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "kernel/sim/trace_log.hpp"

namespace signalbox::trace_hash_test {

TraceEvent event(std::int64_t when, std::uint64_t a = 0) {
  return {.when = Instant(when), .thread = Tid(2), .kind = TraceKind::thread_exited, .a = a};
}

std::uint64_t hash_of(const std::vector<TraceEvent>& events, const std::vector<std::string>& names = {}) {
  TraceHash hash;
  TraceLog log;
  log.add_sink(hash);
  for (const std::string& name : names) log.intern(name);
  for (const TraceEvent& one : events) log.emit(one);
  log.finish(Instant());
  return hash.value();
}

TEST(TraceHash, EqualTracesHaveEqualHashes) { EXPECT_EQ(hash_of({event(1), event(2)}), hash_of({event(1), event(2)})); }

TEST(TraceHash, EveryFieldAndTheOrderCount) {
  const std::uint64_t original = hash_of({event(1), event(2)});
  EXPECT_NE(original, hash_of({event(2), event(1)}));
  EXPECT_NE(original, hash_of({event(1), event(3)}));
  EXPECT_NE(original, hash_of({event(1), event(2, 1)}));
  EXPECT_NE(original, hash_of({event(1)}));
  for (const auto change : {+[](TraceEvent& one) { one.thread = Tid(3); }, +[](TraceEvent& one) { one.cpu = CpuId(1); },
                            +[](TraceEvent& one) { one.kind = TraceKind::tick; },
                            +[](TraceEvent& one) { one.detail = 1; }, +[](TraceEvent& one) { one.b = 1; }}) {
    std::vector events{event(1), event(2)};
    change(events[1]);
    EXPECT_NE(original, hash_of(events));
  }
}

TEST(TraceHash, NamesCountAndBatchesDoNot) {
  EXPECT_NE(hash_of({event(1)}, {"a"}), hash_of({event(1)}, {"b"}));
  EXPECT_NE(hash_of({event(1)}, {"ab", "c"}), hash_of({event(1)}, {"a", "bc"}));
  TraceHash hash;
  TraceLog log;
  log.add_sink(hash);
  log.emit(event(1));
  log.flush();
  log.intern("a");  // after the first batch here, before it there
  log.emit(event(2));
  log.flush();
  EXPECT_EQ(hash.value(), hash_of({event(1), event(2)}, {"a"}));
}

}  // namespace signalbox::trace_hash_test
