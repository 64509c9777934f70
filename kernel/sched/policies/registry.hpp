#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/base/prng.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sched/policy.hpp"

namespace signalbox {

// A file named by an option. The kernel never sees files: who may read them puts the text here, and checks it by the
// option's own check. An empty path is no file.
struct OptionFile {
  std::string path;
  std::string text;

  auto operator<=>(const OptionFile&) const = default;
};

// What is wrong with the text of such a file; line and column count from 1.
struct OptionFileError {
  unsigned line;
  unsigned column;
  std::string what;
  std::string expected;
};

// The value of a policy's option. Shares and factors are integers too: integers decide.
using OptionValue = std::variant<std::int64_t, Duration, bool, std::string, OptionFile>;

// One typed option of a policy: its name, its default, and what is allowed. The type is that of the default.
struct PolicyOption {
  std::string_view name;
  OptionValue fallback;
  OptionValue least;  // for numbers and times: the range, both ends included
  OptionValue most;
  std::vector<std::string_view> words;  // for strings: the allowed words; for times: `off`, if it may be 0
  std::string_view meaning;
  std::optional<OptionFileError> (*check)(std::string_view text) = nullptr;  // for files
};

// A policy's options as given, checked against its PolicyOptions: every option has a value.
class OptionValues {
 public:
  explicit OptionValues(std::map<std::string, OptionValue, std::less<>> values) : values_(std::move(values)) {}

  template <class T>
  const T& get(std::string_view name) const {
    return std::get<T>(values_.find(name)->second);
  }
  const std::map<std::string, OptionValue, std::less<>>& all() const { return values_; }

 private:
  std::map<std::string, OptionValue, std::less<>> values_;
};

// How the cost of a pick and an enqueue grows with the number of ready entities; tests/bench holds it to its word.
enum class PickCost : std::uint8_t {
  sublinear,  // O(log n) or less, boosts and the like spread over the calls between them
  linear,     // by the nature of its rule, which its file explains
};

// What a policy is, for whoever lists, checks and makes policies.
struct PolicyRow {
  std::string_view name;
  std::string_view summary;  // one line
  std::string_view source;   // where its rule is from
  std::vector<PolicyOption> options;
  bool is_work_conserving;  // never idles a CPU while an entity allowed on it is ready
  bool respects_weight;     // long-run CPU shares follow Entity::weight
  std::unique_ptr<Policy> (*make)(const OptionValues& options, SchedulerView& view, const Prng& random);
  // What the options that all policies share say unless the user does.
  std::string_view queues = "machine";
  std::string_view balance = "work_stealing";
  PickCost cost = PickCost::sublinear;
  bool heeds_groups = false;     // task groups share among each other first, where a run queue is of one CPU
  bool heeds_realtime = false;   // threads of SCHED_FIFO and SCHED_RR come first
  bool heeds_deadlines = false;  // so do those of SCHED_DEADLINE, or all by their deadlines or periods
};

// PolicyRow::make of a policy without options.
template <class P>
std::unique_ptr<Policy> make_of_view(const OptionValues&, SchedulerView& view, const Prng&) {
  return std::make_unique<P>(view);
}

// Every policy, in alphabetical order. To add one: a file here, its name in the list in registry.cpp.
std::span<const PolicyRow* const> all_policies();
// Null if there is none of that name.
const PolicyRow* find_policy(std::string_view name);

// The options that every policy has besides its own: what shares a run queue, and who moves threads between queues.
// They are among a choice's values only where the user gave them.
std::span<const PolicyOption> shared_options();

// A policy with the options a user wrote.
struct PolicyChoice {
  const PolicyRow* row;
  OptionValues options;

  // The policy with its run queues. `view` must outlive it.
  std::unique_ptr<Policy> make(SchedulerView& view, const Prng& random) const;
  bool has_one_queue() const;
  // What the row promises, where the run queues let it: in queues of their own, weights count among neighbours only.
  bool is_work_conserving() const;
  bool respects_weight() const;
  // Whether task groups have an effect on a machine of so many CPUs.
  bool heeds_groups(unsigned cpus) const;
  // Canonical spelling: `name` or `name:key=value,...` with the options that differ from their defaults.
  std::string spelled() const;
};

// What is wrong with a policy text, and where: `column` is the 0-based offset of the offending part.
struct PolicyTextError {
  std::size_t column;
  std::string what;
  std::string expected;
};

// Reads `name[:key=value[,key=value]...]`; times carry a unit (ns, us, ms, s).
std::variant<PolicyChoice, PolicyTextError> parse_policy(std::string_view text);

}  // namespace signalbox
