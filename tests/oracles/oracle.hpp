#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace signalbox {

// What a run under a policy showed: a number, or a text such as a Gantt chart.
using Measured = std::variant<double, std::string>;
// Runs a policy, written as a user would, and measures.
using Measure = std::function<Measured(const std::string& policy)>;

// What a source says of a quantity: a text as it stands, or a number, exact or within bounds, both included.
struct Expected {
  std::string printed;  // a text is compared with this
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};
Expected is(std::string text);
Expected is(double number);
Expected about(double number, double tolerance);
Expected at_least(double number);
Expected at_most(double number);
Expected between(double least, double most);

// A published or closed-form figure of a policy.
struct Oracle {
  std::string policy;
  std::string source;    // book, edition and section; paper, year and theorem; kernel file and function
  std::string quantity;  // of what, with its unit
  Expected expected;     // by the source, never by an earlier run
  Measure measure;

  std::string policy_name() const { return policy.substr(0, policy.find(':')); }
};

struct Finding {
  const Oracle* oracle;
  Measured measured;

  // Equal texts; or a number within the bounds but for the error of binary fractions.
  bool holds() const;
};

std::vector<Finding> measure_all(std::span<const Oracle> oracles);

// How wide a UTF-8 text is.
std::size_t columns(std::string_view text);
// The findings as a text for people, at most 100 columns wide; what does not hold is marked.
std::string oracle_table(std::span<const Finding> findings);

// The policies of the registry that no oracle is about.
std::vector<std::string> policies_without(std::span<const Oracle> oracles);

}  // namespace signalbox
