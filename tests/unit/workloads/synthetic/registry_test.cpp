#include "workloads/synthetic/registry.hpp"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <algorithm>
#include <map>
#include <string>

#include "tests/support/error_of.hpp"
#include "tests/support/generated.hpp"
#include "workloads/formats/registry.hpp"

namespace signalbox::registry_test {

std::string written(std::string_view name, std::uint64_t seed) {
  return write_scenario(generated(std::string(name), seed));
}

TEST(Generators, AreInAlphabeticalOrderAndSaySomethingOfEachOption) {
  EXPECT_TRUE(std::ranges::is_sorted(all_generators(), {}, &GeneratorRow::name));
  for (const GeneratorRow* const row : all_generators()) {
    EXPECT_FALSE(row->summary.empty() || row->source.empty()) << row->name;
    for (const PolicyOption& option : row->options) {
      EXPECT_FALSE(option.meaning.empty()) << row->name << " " << option.name;
      EXPECT_TRUE(option.least <= option.fallback && option.fallback <= option.most) << row->name << option.name;
    }
  }
}

TEST(Generators, GiveTheSameForTheSameSeedAndAnotherForAnother) {
  for (const GeneratorRow* const row : all_generators()) {
    EXPECT_EQ(written(row->name, 7), written(row->name, 7)) << row->name;
    EXPECT_NE(written(row->name, 7), written(row->name, 8)) << row->name;
  }
}

// A host or compiler that computes otherwise shows here. A generator that is meant to give something else changes its
// line.
TEST(Generators, GiveWhatTheyGaveOnEveryHost) {
  const std::map<std::string_view, std::uint64_t> hashes{
      {"bursty", 0x111692ebc93ec161U},       {"cpu_io_mix", 0x9d9146f868801effU},
      {"heavy_tailed", 0xba5dea121c2fd616U}, {"poisson", 0x8dcb8e41025e2dd6U},
      {"randfixedsum", 0x1e58b8c7aeb6438U},  {"think_grind_pong", 0xff76e924c0ce7aefU},
      {"uunifast", 0xc72eed0a49863f26U},
  };
  EXPECT_EQ(hashes.size(), all_generators().size());
  for (const auto& [name, hash] : hashes) {
    const std::string text = written(name, 1);
    EXPECT_EQ(XXH3_64bits(text.data(), text.size()), hash) << name;
  }
}

TEST(Generators, ScenariosAreNamedAsTheyAreSpelled) {
  EXPECT_EQ(generated("poisson").name, "poisson");
  const Scenario scenario = generated("poisson:service=2000us,jobs=3,rate=100");
  EXPECT_EQ(scenario.name, "poisson:jobs=3,service=2ms");
  EXPECT_EQ(scenario.tasks[0].place.file, scenario.name);
}

TEST(Generators, AreRecognisedByTheirNames) {
  EXPECT_TRUE(names_generator("poisson") && names_generator("poisson:rate=5") && names_generator("uunifast:"));
  EXPECT_FALSE(names_generator("poissons") || names_generator("") || names_generator(":poisson"));
}

TEST(Generators, WhatIsWrongIsToldByColumn) {
  const auto wrong = [](const std::string& text) { return error_of([&] { parse_generator(text); }); };
  EXPECT_EQ(wrong("poison"),
            "poison:1:1: error: unknown generator 'poison'; expected one of bursty, cpu_io_mix, "
            "heavy_tailed, poisson, randfixedsum, think_grind_pong, uunifast (did you mean poisson?)");
  EXPECT_EQ(wrong("poisson:rate=0"),
            "poisson:rate=0:1:14: error: 0 is out of range for rate; expected a whole number from 1 to 1000000");
  EXPECT_EQ(
      wrong("poisson:service=5"),
      "poisson:service=5:1:17: error: '5' has no unit of time; expected a time from 1us to 100s, with the unit ns, "
      "us, ms or s");
  EXPECT_EQ(wrong("poisson:jobs=3,late=1"),
            "poisson:jobs=3,late=1:1:16: error: unknown option 'late' of poisson; expected one of jobs, rate, service "
            "(did you mean rate?)");
}

}  // namespace signalbox::registry_test
