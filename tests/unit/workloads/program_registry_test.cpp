#include "workloads/program_registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace signalbox::program_registry_test {

using testing::StrEq;
using testing::ThrowsMessage;

constexpr std::array arguments{
    number_argument("count", 3, 1, 10, "how many"),
    time_argument("work", 2_ms, 1_us, 5_s, "how long"),
};
const NativeProgram mill{"mill", "turns", arguments, [](const ProgramArguments&, const Prng&) { return Program(); }};
const NativeProgram spin{"spin", "spins", {}, [](const ProgramArguments&, const Prng&) { return Program(); }};
constexpr std::array<const NativeProgram*, 2> programs{&mill, &spin};

ProgramCall call(const std::string& name, std::map<std::string, std::string> given = {}) {
  return {name, std::move(given), {"a.json", 3, 4}};
}

TEST(ProgramRegistry, FindsAProgramByName) {
  EXPECT_EQ(&find_program(programs, call("spin")), &spin);
  EXPECT_THAT([] { find_program(programs, call("spit")); },
              ThrowsMessage<InputError>(StrEq(
                  "a.json:3:4: error: there is no program \"spit\"; expected one of mill, spin (did you mean spin?)")));
  EXPECT_THAT([] { find_program({}, call("spin")); },
              ThrowsMessage<InputError>(StrEq("a.json:3:4: error: there is no program \"spin\"; expected none")));
}

TEST(ProgramRegistry, ArgumentsHaveDefaults) {
  const ProgramArguments given = read_arguments(mill, call("mill"));
  EXPECT_EQ(given.number("count"), 3);
  EXPECT_EQ(given.time("work"), 2_ms);
}

TEST(ProgramRegistry, TimesCarryAUnitOrAreMicroseconds) {
  const std::vector<std::pair<std::string, Duration>> texts{
      {"1s", 1_s}, {"20ms", 20_ms}, {"30us", 30_us}, {"4000ns", 4_us}, {"50", 50_us}};
  for (const auto& [text, time] : texts) {
    EXPECT_EQ(read_arguments(mill, call("mill", {{"work", text}})).time("work"), time) << text;
  }
}

TEST(ProgramRegistry, WrongArgumentsAreInputErrors) {
  const auto message = [](const std::string& name, const std::string& text) -> std::string {
    try {
      read_arguments(mill, call("mill", {{name, text}}));
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message("cuont", "3"),
            "a.json:3:4: error: the program \"mill\" has no argument \"cuont\"; expected one of count, work (did you "
            "mean count?)");
  const std::string number = "; expected a whole number from 1 to 10";
  EXPECT_EQ(message("count", "11"), "a.json:3:4: error: \"11\" for \"count\"" + number);
  EXPECT_EQ(message("count", "0"), "a.json:3:4: error: \"0\" for \"count\"" + number);
  EXPECT_EQ(message("count", "3x"), "a.json:3:4: error: \"3x\" for \"count\"" + number);
  EXPECT_EQ(message("count", ""), "a.json:3:4: error: \"\" for \"count\"" + number);
  EXPECT_EQ(message("count", "99999999999999999999"),
            "a.json:3:4: error: \"99999999999999999999\" for \"count\"" + number);
  const std::string time = "; expected a time from 1us to 5s";
  EXPECT_EQ(message("work", "6s"), "a.json:3:4: error: \"6s\" for \"work\"" + time);
  EXPECT_EQ(message("work", "1h"), "a.json:3:4: error: \"1h\" for \"work\"" + time);
  EXPECT_EQ(message("work", "9223372036854775807s"), "a.json:3:4: error: \"9223372036854775807s\" for \"work\"" + time);
}

TEST(ProgramRegistry, AWrongArgumentIsRefusedAtItsOwnPlace) {
  ProgramCall wrong = call("mill", {{"count", "0"}});
  wrong.places["count"] = {"a.json", 7, 8};
  try {
    read_arguments(mill, wrong);
    FAIL() << "0 is below the least";
  } catch (const InputError& error) {
    EXPECT_EQ(error.place().line, 7U);
    EXPECT_EQ(error.place().column, 8U);
  }
}

TEST(ProgramRegistry, ArgumentTextIsReadBack) {
  EXPECT_EQ(argument_text(std::int64_t{-7}), "-7");
  EXPECT_EQ(argument_text(0_ns), "0ns");
  EXPECT_EQ(argument_text(1500_ms), "1500ms");
  EXPECT_EQ(argument_text(2_s), "2s");
  EXPECT_EQ(argument_text(17_ns), "17ns");
}

}  // namespace signalbox::program_registry_test
