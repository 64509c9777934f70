#include "tests/oracles/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernel/sched/policies/registry.hpp"

namespace signalbox {
namespace {

std::string printed(double number) { return fmt::format("{:.5g}", number); }

std::string printed(const Measured& measured) {
  const auto* const text = std::get_if<std::string>(&measured);
  return text != nullptr ? *text : printed(std::get<double>(measured));
}

std::string lines_of(const Finding& finding) {
  const std::string& quantity = finding.oracle->quantity;
  const std::string& expected = finding.oracle->expected.printed;
  const std::string got = printed(finding.measured);
  const char* const mark = finding.holds() ? " " : "!";
  constexpr std::size_t narrow = 18;
  if (columns(expected) <= narrow && columns(got) <= narrow)
    return fmt::format("{}   {:<58} {:>18} {:>18}\n", mark, quantity, expected, got);
  return fmt::format("{}   {}\n      expected  {}\n      measured  {}\n", mark, quantity, expected, got);
}

}  // namespace

Expected is(std::string text) { return {.printed = std::move(text)}; }
Expected is(double number) { return {.printed = printed(number), .least = number, .most = number}; }
Expected about(double number, double tolerance) {
  return {.printed = fmt::format("{} ± {}", printed(number), fmt::format("{:.2g}", tolerance)),
          .least = number - tolerance,
          .most = number + tolerance};
}
Expected at_least(double number) { return {.printed = ">= " + printed(number), .least = number}; }
Expected at_most(double number) { return {.printed = "<= " + printed(number), .most = number}; }
Expected between(double least, double most) {
  return {.printed = fmt::format("{} .. {}", printed(least), printed(most)), .least = least, .most = most};
}

bool Finding::holds() const {
  const Expected& expected = oracle->expected;
  if (const auto* const text = std::get_if<std::string>(&measured)) return *text == expected.printed;
  const double number = std::get<double>(measured);
  const double error = 1e-9 * std::max(1.0, std::abs(number));
  return number >= expected.least - error && number <= expected.most + error;
}

std::vector<Finding> measure_all(std::span<const Oracle> oracles) {
  std::vector<Finding> findings;
  findings.reserve(oracles.size());
  for (const Oracle& oracle : oracles) findings.push_back({&oracle, oracle.measure(oracle.policy)});
  return findings;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string oracle_table(std::span<const Finding> findings) {
  std::string text =
      "What is published of each policy, and what Signalbox measures. ±: as much as the source, the\n"
      "rounding of its figures, or chance (99.9 %) allows. ! marks a figure that differs.\n\n";
  text += fmt::format("{:<62} {:>18} {:>18}\n", "policy, source, quantity", "expected", "measured");
  const Oracle* last = nullptr;
  for (const Finding& finding : findings) {
    const Oracle& oracle = *finding.oracle;
    const bool is_new_policy = last == nullptr || last->policy != oracle.policy;
    if (is_new_policy) text += fmt::format("\n{}\n", oracle.policy);
    if (is_new_policy || last->source != oracle.source) text += fmt::format("  {}\n", oracle.source);
    text += lines_of(finding);
    last = &oracle;
  }
  return text;
}

std::vector<std::string> policies_without(std::span<const Oracle> oracles) {
  std::vector<std::string> missing;
  for (const PolicyRow* const row : all_policies()) {
    const auto is_about = [&](const Oracle& oracle) { return oracle.policy_name() == row->name; };
    if (std::ranges::none_of(oracles, is_about)) missing.emplace_back(row->name);
  }
  return missing;
}

}  // namespace signalbox
