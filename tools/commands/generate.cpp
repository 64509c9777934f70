#include <fmt/format.h>

#include "tools/commands/claimed_outputs.hpp"
#include "tools/commands/command.hpp"
#include "tools/export/output_file.hpp"
#include "workloads/formats/registry.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox {
namespace {

struct GenerateOptions {
  std::string generator;
  std::string output = "-";
};

// As a comment, so that one who finds the file can draw it again.
std::string origin(const Scenario& scenario, std::uint64_t seed) {
  const std::string command = fmt::format("signalbox generate {} --seed {}", scenario.name, seed);
  return scenario.format == "job-table" ? "# " + command + "\n" : "/* " + command + " */\n";
}

int generate_file(const GenerateOptions& options, const GlobalOptions& global) {
  if (!global.json.empty()) {
    throw InputError({.file = "--json"}, "generate writes a scenario and no JSON of its own", "--output FILE");
  }
  const GeneratorChoice choice = parse_generator(options.generator);
  const Scenario scenario = generate(choice, global.seed);
  const std::string text = origin(scenario, global.seed) + write_scenario(scenario);
  ClaimedOutputs claimed({options.output}, {});
  OutputFile file(options.output);
  fmt::format_to(std::back_inserter(file.buffer()), "{}", text);
  file.close();
  claimed.keep();
  if (options.output != "-" && global.prints_text()) {
    fmt::print("{}, seed {}, tasks: {}, written to {} ({})\n", scenario.name, global.seed, scenario.tasks.size(),
               options.output, scenario.format);
  }
  return status_done;
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<GenerateOptions>();
  command.add_option("GENERATOR", options->generator, "what to draw, as name:key=value,... (`list generators`)")
      ->required();
  command.add_option("--output", options->output, "the file to write; - is standard output")->capture_default_str();
  return [options, &global] { return generate_file(*options, global); };
}

}  // namespace

extern const Command generate_command{"generate", "draw a workload at random and write it, as rt-app's or a job table",
                                      "signalbox generate poisson:rate=120,jobs=50 --seed 3 --output jobs.csv", add};

}  // namespace signalbox
