#include "workloads/formats/rt_app_keys.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "tests/support/error_of.hpp"

namespace signalbox::rt_app_keys_test {

constexpr std::array<std::string_view, 2> settings = {"loop", "lock_order"};
constexpr KeyGrammar with_events{.owner = "a phase", .settings = settings, .events = Events::allowed};
constexpr KeyGrammar without_events{.owner = "a timer", .settings = settings};

std::string error_in(std::string_view text, const KeyGrammar& grammar) {
  const LooseValue object = read_loose_json(text, "f");
  return error_of([&] { SortedKeys(object, grammar); });
}

TEST(EventOfKey, IsTheEventTheKeyBeginsWith) {
  EXPECT_EQ(event_of_key("run"), "run");
  EXPECT_EQ(event_of_key("run0"), "run");
  EXPECT_EQ(event_of_key("sleep_a"), "sleep");
  EXPECT_EQ(event_of_key("timer3"), "timer");
}

TEST(EventOfKey, LongestEventCounts) {
  EXPECT_EQ(event_of_key("runtime2"), "runtime");
  EXPECT_EQ(event_of_key("memrun"), "memrun");
  EXPECT_EQ(event_of_key("memory"), "mem");
  EXPECT_EQ(event_of_key("iorun"), "iorun");
  EXPECT_EQ(event_of_key("io_read"), "io");
  EXPECT_EQ(event_of_key("unlock"), "unlock");
  EXPECT_EQ(event_of_key("sem_wait"), "sem_wait");
}

TEST(EventOfKey, OtherKeysAreNone) {
  EXPECT_EQ(event_of_key("loop"), "");
  EXPECT_EQ(event_of_key("ru"), "");
  EXPECT_EQ(event_of_key("Run"), "");
  EXPECT_EQ(event_of_key(""), "");
}

TEST(SortedKeys, SettingsAreFoundAndEventsKeepTheirOrder) {
  const LooseValue object = read_loose_json(R"({"run": 1, "loop": 2, "sleep": 3, "run": 4})", "f");
  const SortedKeys keys(object, with_events);
  EXPECT_EQ(keys.find("loop")->value.text, "2");
  EXPECT_EQ(keys.find("lock_order"), nullptr);
  ASSERT_EQ(keys.events().size(), 3U);
  EXPECT_EQ(keys.events()[2]->value.text, "4");
}

TEST(SortedKeys, SettingThatBeginsLikeAnEventIsASetting) {
  const LooseValue object = read_loose_json(R"({"lock_order": 1, "lock": "m"})", "f");
  const SortedKeys keys(object, with_events);
  EXPECT_NE(keys.find("lock_order"), nullptr);
  EXPECT_EQ(keys.events().size(), 1U);
}

TEST(SortedKeys, UnknownKeyNamesTheNearest) {
  EXPECT_EQ(error_in("{\n \"lop\": 1}", with_events),
            "f:2:2: error: unknown key \"lop\" of a phase; expected a known key, such as \"loop\", the nearest");
  EXPECT_EQ(error_in(R"({"slep": 1})", with_events),
            "f:1:2: error: unknown key \"slep\" of a phase; expected a known key, such as \"sleep\", the nearest");
  EXPECT_EQ(error_in(R"({"sleep": 1})", without_events),
            "f:1:2: error: unknown key \"sleep\" of a timer; expected a known key, such as \"loop\", the nearest");
}

TEST(SortedKeys, SettingMadeTwiceNamesTheFirst) {
  EXPECT_EQ(error_in("{\"loop\": 1,\n \"loop\": 2}", with_events),
            "f:2:2: error: \"loop\" is already set in line 1; expected each setting once");
}

TEST(SortedKeys, ASettingThatIsMissingIsMissedAtItsOwner) {
  const LooseValue object = read_loose_json("{\n \"phase\": {\"loop\": 1}}", "f");
  const LooseMember& owner = object.members.front();
  const SortedKeys keys(owner.value, without_events);
  EXPECT_EQ(keys.required("loop", owner).value.text, "1");
  EXPECT_EQ(error_of([&] { keys.required("cpus", owner); }),
            "f:2:2: error: \"phase\" without \"cpus\"; expected \"cpus\" in its object");
}

}  // namespace signalbox::rt_app_keys_test
