#include "workloads/synthetic/registry.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "kernel/sched/policies/policy_text.hpp"

namespace signalbox {

// Every generator, in alphabetical order.
#define SIGNALBOX_GENERATOR_LIST(X) \
  X(bursty)                         \
  X(cpu_io_mix)                     \
  X(heavy_tailed)                   \
  X(poisson)                        \
  X(randfixedsum)                   \
  X(think_grind_pong)               \
  X(uunifast)

#define SIGNALBOX_GENERATOR_DECLARATION(name) extern const GeneratorRow name##_generator;
SIGNALBOX_GENERATOR_LIST(SIGNALBOX_GENERATOR_DECLARATION)
#undef SIGNALBOX_GENERATOR_DECLARATION

std::span<const GeneratorRow* const> all_generators() {
#define SIGNALBOX_GENERATOR_ADDRESS(name) &name##_generator,
  static constexpr std::array generators{SIGNALBOX_GENERATOR_LIST(SIGNALBOX_GENERATOR_ADDRESS)};
#undef SIGNALBOX_GENERATOR_ADDRESS
  return generators;
}

std::string GeneratorChoice::spelled() const { return spelled_options(row->name, row->options, options); }

bool names_generator(std::string_view text) {
  return std::ranges::find(all_generators(), text.substr(0, text.find(':')), &GeneratorRow::name) !=
         all_generators().end();
}

GeneratorChoice parse_generator(const std::string& text) {
  std::vector<OptionOwner> owners;
  for (const GeneratorRow* const row : all_generators()) owners.push_back({row->name, row->options});
  auto read = OptionTextReader(text, "generator", owners).read();
  if (const auto* const error = std::get_if<PolicyTextError>(&read)) {
    const auto column = static_cast<unsigned>(error->column + 1);
    throw InputError({.file = text, .line = 1, .column = column}, error->what, error->expected);
  }
  auto& choice = std::get<OwnerChoice>(read);
  return {all_generators()[choice.owner], std::move(choice.options)};
}

Scenario generate(const GeneratorChoice& choice, std::uint64_t seed) {
  const SourcePlace place{.file = choice.spelled()};
  Scenario scenario = choice.row->make(choice.options, Prng(seed).split("synthetic"), place);
  scenario.name = place.file;
  for (Task& task : scenario.tasks) {
    task.place = place;
    for (Phase& phase : task.phases) {
      for (ScriptEvent& event : phase.events) event.place = place;
    }
  }
  return scenario;
}

}  // namespace signalbox
