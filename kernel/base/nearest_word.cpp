#include "kernel/base/nearest_word.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

constexpr std::size_t longest_compared = 64;  // no known word is longer, so what lies beyond decides nothing

// Optimal string alignment distance, by three rows of the table.
std::size_t slips(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      const bool are_swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (are_swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[to.size()];
}

}  // namespace

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known) {
  CHECK(!known.empty(), "somebody offers words to choose from");
  const std::string_view compared = word.substr(0, longest_compared);
  return *std::ranges::min_element(known, {}, [&](std::string_view candidate) { return slips(compared, candidate); });
}

std::string_view likely_word(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view compared = word.substr(0, longest_compared);
  std::size_t least = compared.size() / 3 + 2;
  std::string_view nearest;
  for (const std::string_view candidate : known) {
    const bool is_abbreviated = word.size() >= 2 && candidate.starts_with(word);
    const std::size_t distance = is_abbreviated ? 1 : slips(compared, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string one_of(std::string_view word, std::span<const std::string_view> known) {
  if (known.empty()) return "none";
  std::string text = "one of ";
  for (const std::string_view name : known) text.append(name).append(", ");
  text.resize(text.size() - 2);
  const std::string_view likely = likely_word(word, known);
  return likely.empty() ? text : text.append(" (did you mean ").append(likely).append("?)");
}

}  // namespace signalbox
