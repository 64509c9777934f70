#include "tools/experiment/machine_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "kernel/base/nearest_word.hpp"
#include "kernel/base/time_text.hpp"
#include "tools/experiment/embedded_file.hpp"
#include "tools/experiment/setting.hpp"
#include "workloads/formats/input_file.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

using Words = std::vector<std::string_view>;

// A thousand times as often as Linux ticks; with more, a run is nothing but ticks.
constexpr Duration least_tick = 1_us;

// One table of a machine file: typed, ranged access that knows places, and a check for unknown keys.
class Section {
 public:
  Section(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

  SourcePlace place(const toml::node& node) const {
    return {file_, node.source().begin.line, node.source().begin.column};
  }

  // Throws for a key that is not among `known`.
  void expect_only(const Words& known) const {
    for (const auto& [key, node] : table_) {
      if (std::ranges::find(known, key.str()) != known.end()) continue;
      const SourcePlace where{file_, key.source().begin.line, key.source().begin.column};
      throw InputError(
          where, fmt::format("unknown key '{}'", key.str()),
          fmt::format("one of {} (did you mean '{}'?)", fmt::join(known, ", "), nearest_word(key.str(), known)));
    }
  }

  const toml::node* find(std::string_view key) const { return table_.get(key); }

  std::string text(std::string_view key, std::string_view fallback) const {
    const toml::node* node = find(key);
    if (node == nullptr) return std::string(fallback);
    if (!node->is_string()) throw InputError(place(*node), fmt::format("'{}' is not a string", key), "a string");
    return **node->as_string();
  }

  std::int64_t number(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) const {
    const toml::node* node = find(key);
    return node == nullptr ? fallback : ranged(*node, key, least, most);
  }

  std::int64_t ranged(const toml::node& node, std::string_view key, std::int64_t least, std::int64_t most) const {
    const auto* value = node.as_integer();
    const std::string expected = fmt::format("a whole number from {} to {}", least, most);
    if (value == nullptr) throw InputError(place(node), fmt::format("'{}' is not a whole number", key), expected);
    if (value->get() < least || value->get() > most) {
      throw InputError(place(node), fmt::format("'{}' is {}", key, value->get()), expected);
    }
    return value->get();
  }

  // A time is text with a unit: "177ns", "1.5us", "4ms", "1s". 0 if it is not there.
  Duration time(std::string_view key, Duration least = Duration()) const {
    const toml::node* node = find(key);
    if (node == nullptr) return Duration();
    const std::string expected = fmt::format("a time such as \"177ns\", \"1.5us\", \"4ms\" or \"1s\", {}at most 10s",
                                             least > Duration() ? fmt::format("at least {}, ", time_text(least)) : "");
    if (!node->is_string()) throw InputError(place(*node), fmt::format("'{}' is not a time", key), expected);
    const std::string& text = **node->as_string();
    const std::optional<Duration> parsed = parse_time(text);
    if (!parsed || (*parsed < least && *parsed > Duration()) || *parsed > 10_s)
      throw InputError(place(*node), fmt::format("'{}' is \"{}\"", key, text), expected);
    return *parsed;
  }

  const toml::table& table() const { return table_; }

 private:
  const toml::table& table_;
  std::string file_;
};

Section section(const Section& parent, std::string_view key, const std::string& file) {
  static const toml::table empty;
  const toml::node* node = parent.find(key);
  if (node == nullptr) return {empty, file};
  if (!node->is_table()) throw InputError(parent.place(*node), fmt::format("'{}' is not a table", key), "a table");
  return {*node->as_table(), file};
}

// One number for all CPUs, or a list with one for each.
std::vector<std::uint16_t> capacities(const Section& cpus, unsigned count) {
  constexpr std::int64_t most = CpuPlace::full_capacity;
  std::vector<std::uint16_t> values(count, CpuPlace::full_capacity);
  const toml::node* node = cpus.find("capacity");
  if (node == nullptr) return values;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    std::ranges::fill(values, static_cast<std::uint16_t>(cpus.ranged(*node, "capacity", 1, most)));
    return values;
  }
  if (list->size() != count) {
    throw InputError(cpus.place(*node), fmt::format("'capacity' has {} entries", list->size()),
                     fmt::format("one for each of the {} CPUs, or one number for all", count));
  }
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = static_cast<std::uint16_t>(cpus.ranged(*list->get(i), "capacity", 1, most));
  }
  return values;
}

Topology read_topology(const Section& cpus) {
  cpus.expect_only({"count", "capacity", "threads_per_core", "cpus_per_llc", "cpus_per_node"});
  const auto count = static_cast<unsigned>(cpus.number("count", 1, 1, max_cpus));
  const auto group = [&](std::string_view key, unsigned fallback) {
    return static_cast<unsigned>(cpus.number(key, fallback, 1, max_cpus));
  };
  const unsigned per_core = group("threads_per_core", 1);
  const unsigned per_llc = group("cpus_per_llc", count);
  const unsigned per_node = group("cpus_per_node", count);
  const std::vector<std::uint16_t> capacity = capacities(cpus, count);
  std::vector<CpuPlace> places(count);
  for (unsigned cpu = 0; cpu < count; ++cpu) {
    places[cpu] = {.core = static_cast<std::uint16_t>(cpu / per_core),
                   .llc = static_cast<std::uint16_t>(cpu / per_llc),
                   .node = NodeId(static_cast<NodeId::Value>(cpu / per_node)),
                   .capacity = capacity[cpu]};
  }
  return Topology(std::move(places));
}

CostModel read_costs(const Section& costs) {
  Words known;
  for (const CostField& field : cost_fields) known.push_back(field.name);
  costs.expect_only(known);
  CostModel model;
  for (const CostField& field : cost_fields) model.*field.value = costs.time(field.name);
  return model;
}

KernelPreemption read_preemption(const Section& machine) {
  const std::string word = machine.text("kernel_preemption", "none");
  if (word == "none") return KernelPreemption::none;
  if (word == "full") return KernelPreemption::full;
  throw InputError(machine.place(*machine.find("kernel_preemption")),
                   fmt::format("'kernel_preemption' is \"{}\"", word), "\"none\" or \"full\"");
}

// toml++ 3.3 runs into undefined behaviour at some letters outside ASCII, where a key or a value may begin
// (unicode_autogenerated.h:44); so only lines of comment may hold any.
void expect_ascii(std::string_view text, const std::string& file) {
  for (unsigned line = 1; !text.empty(); ++line) {
    const std::string_view content = text.substr(0, text.find('\n'));
    const std::size_t indent = content.find_first_not_of(" \t");
    const bool is_comment = indent != std::string_view::npos && content[indent] == '#';
    const auto* outside = std::ranges::find_if(content, [](char byte) { return (byte & 0x80) != 0; });
    if (!is_comment && outside != content.end()) {
      const auto column = static_cast<unsigned>(outside - content.begin()) + 1;
      throw InputError({file, line, column}, "a character outside ASCII", "ASCII, but in lines of comment");
    }
    text.remove_prefix(std::min(content.size() + 1, text.size()));
  }
}

}  // namespace

MachineProfile parse_machine(std::string_view text, const std::string& file) {
  expect_ascii(text, file);
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    const SourcePlace where{file, error.source().begin.line, error.source().begin.column};
    throw InputError(where, std::string(error.description()), "TOML (toml.io)");
  }
  const Section machine(root, file);
  machine.expect_only({"name", "description", "tick", "kernel_preemption", "timer_slack", "cpus", "costs"});
  MachineProfile profile;
  profile.config.name = machine.text("name", file);
  profile.description = machine.text("description", "");
  profile.config.tick = machine.time("tick", least_tick);
  profile.config.kernel_preemption = read_preemption(machine);
  profile.config.timer_slack = machine.time("timer_slack");
  profile.config.topology = read_topology(section(machine, "cpus", file));
  profile.config.costs = read_costs(section(machine, "costs", file));
  return profile;
}

MachineProfile load_machine(const std::string& name_or_path, const SourcePlace& named_at) {
  for (const EmbeddedFile& file : shipped_machines()) {
    if (stem(file) == name_or_path) return parse_machine(file.text, std::string(file.name));
  }
  std::error_code error;
  const bool is_path = name_or_path.find_first_of("./") != std::string::npos;
  if (is_path || std::filesystem::exists(name_or_path, error))
    return parse_machine(read_input_file(name_or_path), name_or_path);
  throw InputError(named_at.file.empty() ? SourcePlace{.file = name_or_path} : named_at,
                   named_at.file.empty() ? "no machine of that name" : "there is no machine " + in_quotes(name_or_path),
                   fmt::format("{}, or the path of a machine file", fmt::join(shipped_machine_names(), ", ")));
}

std::vector<std::string_view> shipped_machine_names() {
  std::vector<std::string_view> names;
  for (const EmbeddedFile& file : shipped_machines()) names.push_back(stem(file));
  return names;
}

Topology with_cpus(const Topology& topology, unsigned count) {
  std::uint16_t cores = 0;
  std::uint16_t llcs = 0;
  NodeId::Value nodes = 0;
  for (unsigned cpu = 0; cpu < topology.cpu_count(); ++cpu) {
    const CpuPlace& place = topology.place(CpuId(static_cast<CpuId::Value>(cpu)));
    cores = std::max(cores, static_cast<std::uint16_t>(place.core + 1));
    llcs = std::max(llcs, static_cast<std::uint16_t>(place.llc + 1));
    nodes = std::max(nodes, static_cast<NodeId::Value>(place.node.value() + 1));
  }
  std::vector<CpuPlace> places;
  for (unsigned cpu = 0; cpu < count; ++cpu) {
    const auto round = static_cast<std::uint16_t>(cpu / topology.cpu_count());
    CpuPlace place = topology.place(CpuId(static_cast<CpuId::Value>(cpu % topology.cpu_count())));
    place.core = static_cast<std::uint16_t>(place.core + round * cores);
    place.llc = static_cast<std::uint16_t>(place.llc + round * llcs);
    place.node = NodeId(static_cast<NodeId::Value>(place.node.value() + round * nodes));
    places.push_back(place);
  }
  return Topology(std::move(places));
}

}  // namespace signalbox
