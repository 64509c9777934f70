#include "kernel/sim/trace_event.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace signalbox::trace_event_test {

// Every one of the first `count` enumerators has a word of its own.
template <class Enum>
void expect_words(unsigned count) {
  std::set<std::string> words;
  for (unsigned value = 0; value < count; ++value) {
    const std::string word = to_string(static_cast<Enum>(value));
    EXPECT_NE(word, "?") << value;
    EXPECT_TRUE(words.insert(word).second) << word;
  }
}

TEST(TraceEvent, EveryKindHasAWord) { expect_words<TraceKind>(trace_kind_count); }
TEST(TraceEvent, EverySwitchReasonHasAWord) { expect_words<SwitchReason>(switch_reason_count); }
TEST(TraceEvent, EveryWaitKindHasAWord) { expect_words<WaitKind>(wait_kind_count); }
TEST(TraceEvent, EveryEndHasAWord) { expect_words<RunEnd>(4); }

TEST(TraceEvent, CountsAreThoseOfTheLastEnumerators) {
  EXPECT_EQ(trace_kind_count, static_cast<unsigned>(TraceKind::signal_delivered) + 1);
  EXPECT_EQ(switch_reason_count, static_cast<unsigned>(SwitchReason::stopped) + 1);
  EXPECT_EQ(wait_kind_count, static_cast<unsigned>(WaitKind::events) + 1);
}

TEST(TraceEvent, WordsAreThoseOfReports) {
  EXPECT_STREQ(to_string(TraceKind::run_begin), "run_begin");
  EXPECT_STREQ(to_string(SwitchReason::slice_expired), "slice");
  EXPECT_STREQ(to_string(WaitKind::child), "child");
  EXPECT_STREQ(to_string(RunEnd::deadlock), "deadlock");
}

}  // namespace signalbox::trace_event_test
