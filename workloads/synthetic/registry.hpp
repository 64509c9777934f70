#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/prng.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// What a generator is, for whoever lists, checks and calls generators. Options are those of policies: the same types,
// ranges and spelling.
struct GeneratorRow {
  std::string_view name;
  std::string_view summary;  // one line
  std::string_view source;   // where its rule is from
  std::vector<PolicyOption> options;
  // Draws from streams split off `random` alone. Throws InputError at `place` where options do not go together.
  Scenario (*make)(const OptionValues& options, const Prng& random, const SourcePlace& place);
};

// Every generator, in alphabetical order. To add one: a file here, its name in the list in registry.cpp.
std::span<const GeneratorRow* const> all_generators();

// A generator with the options a user wrote.
struct GeneratorChoice {
  const GeneratorRow* row;
  OptionValues options;

  // Canonical spelling, as PolicyChoice's.
  std::string spelled() const;
};

// What stands before a colon, or the whole text, is a generator's name.
bool names_generator(std::string_view text);
// Reads `name[:key=value[,key=value]...]`; times carry a unit (ns, us, ms, s). Throws InputError, whose place is a
// column of `text`.
GeneratorChoice parse_generator(const std::string& text);

// The scenario that this seed gives: the same on every host. Its name is the canonical spelling, its format the one
// in which it is written best, its times whole microseconds, which is what files hold. Throws InputError where the
// options do not go together.
Scenario generate(const GeneratorChoice& choice, std::uint64_t seed);

}  // namespace signalbox
