#include "tools/experiment/variation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <utility>

#include "kernel/sched/policies/policy_text.hpp"
#include "tools/experiment/value_range.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr std::int64_t most_whole_numbers = 10;  // of a range of which all are tried
constexpr std::size_t most_points = 1'000;

std::int64_t number_of(const OptionValue& value) {
  const auto* const time = std::get_if<Duration>(&value);
  return time == nullptr ? std::get<std::int64_t>(value) : time->nanoseconds();
}

// Reads one text.
class VariationReader {
 public:
  VariationReader(const std::string& option, const std::string& text) : option_(option), text_(text) {}

  Variation read() {
    const std::size_t colon = text_.find(':');
    policy_ = text_.substr(0, colon);
    Variation variation{.row = parse(policy_, policy_.size() + 1).row, .options = {}};
    if (colon == std::string::npos) fail(text_.size(), "no option to vary", "':' and option=values");
    for (std::size_t begin = colon + 1; begin <= text_.size();) {
      const std::size_t end = std::min(text_.find(',', begin), text_.size());
      variation.options.push_back(read_option(*variation.row, begin, end));
      begin = end + 1;
    }
    return variation;
  }

 private:
  [[noreturn]] void fail(std::size_t column, const std::string& what, const std::string& expected) const {
    throw InputError({.file = option_, .line = 1, .column = static_cast<unsigned>(column + 1)}, what, expected);
  }

  // The policy with this option, which stands at name_at_ and its value at value_at_.
  PolicyChoice choice(const std::string& name_and_value) const {
    const std::string text = policy_ + ":" + name_and_value;
    return parse(text, std::min(text.find('='), text.size()) + 1);
  }
  PolicyChoice parse(const std::string& policy, std::size_t value_column) const {
    auto parsed = parse_policy(policy);
    if (const auto* const error = std::get_if<PolicyTextError>(&parsed)) {
      const std::size_t name_column = policy_.size() + 1;
      const std::size_t column = error->column < name_column    ? error->column
                                 : error->column < value_column ? name_at_ + error->column - name_column
                                                                : value_at_;
      fail(column, error->what, error->expected);
    }
    return std::get<PolicyChoice>(std::move(parsed));
  }

  VariedOption read_option(const PolicyRow& row, std::size_t begin, std::size_t end) {
    const std::size_t equals = std::min(text_.find('=', begin), end);
    name_at_ = begin;
    VariedOption varied{.name = text_.substr(begin, equals - begin), .values = {}};
    if (equals == end) static_cast<void>(choice(varied.name));  // says that the value is missing, or the name wrong
    for (std::size_t at = equals + 1; at <= end;) {
      value_at_ = at;
      const std::size_t bar = std::min(text_.find('|', at), end);
      add_item(row, varied, text_.substr(at, bar - at));
      at = bar + 1;
    }
    return varied;
  }

  void add_item(const PolicyRow& row, VariedOption& varied, const std::string& item) {
    const std::size_t dots = item.find("..");
    if (dots == std::string::npos) return add(row, varied, value(varied.name, item));
    const std::size_t slash = std::min(item.find('/', dots), item.size());
    const OptionValue least = value(varied.name, item.substr(0, dots));
    const std::size_t begin = value_at_;
    value_at_ += dots + 2;
    const OptionValue most = value(varied.name, item.substr(dots + 2, slash - dots - 2));
    if (!std::holds_alternative<Duration>(least) && !std::holds_alternative<std::int64_t>(least)) {
      fail(begin, fmt::format("{} is no number, and {} no range", varied.name, item), "a list such as x|y");
    }
    if (least > most) fail(begin, fmt::format("the range {} is empty", item), "the lesser end first");
    const std::size_t points_at = value_at_ + slash - dots - 2;
    for (const std::int64_t point : points(least, most, item.substr(slash), points_at)) {
      add(row, varied, std::holds_alternative<Duration>(least) ? OptionValue(Duration(point)) : OptionValue(point));
    }
  }

  // `count` is "/N", or nothing.
  std::vector<std::int64_t> points(const OptionValue& from, const OptionValue& to, const std::string& count,
                                   std::size_t column) const {
    const std::int64_t least = number_of(from);
    const std::int64_t most = number_of(to);
    if (!count.empty()) return spread_points(least, most, read_count(count, column));
    if (std::holds_alternative<std::int64_t>(from) && most - least < most_whole_numbers) {
      std::vector<std::int64_t> all(static_cast<std::size_t>(most - least + 1));
      std::iota(all.begin(), all.end(), least);
      return all;
    }
    return least < 0 ? spread_points(least, most, most_whole_numbers) : series_points(least, most);
  }

  std::size_t read_count(const std::string& count, std::size_t column) const {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(count.data() + 1, count.data() + count.size(), number);
    if (error == std::errc() && end == count.data() + count.size() && number >= 2 && number <= most_points) {
      return number;
    }
    fail(column + 1, in_quotes(count.substr(1)) + " is no number of values",
         fmt::format("a whole number from 2 to {}", most_points));
  }

  OptionValue value(const std::string& name, const std::string& text) const {
    return choice(name + "=" + text).options.all().find(name)->second;
  }

  static void add(const PolicyRow& row, VariedOption& varied, const OptionValue& value) {
    const auto option = std::ranges::find(row.options, varied.name, &PolicyOption::name);
    std::string text = option_text(*option, value);
    if (std::ranges::find(varied.values, text) == varied.values.end()) varied.values.push_back(std::move(text));
  }

  const std::string& option_;
  const std::string& text_;
  std::string policy_;
  std::size_t name_at_ = 0;
  std::size_t value_at_ = 0;
};

std::size_t size_of(const Variation& variation) {
  std::size_t size = 1;
  for (const VariedOption& option : variation.options) {
    size = std::min(size * option.values.size(), most_combinations + 1);
  }
  return size;
}

}  // namespace

std::vector<Variation> read_variations(const std::string& option, const std::vector<std::string>& texts) {
  std::vector<Variation> variations;
  for (const std::string& text : texts) {
    const SourcePlace place{.file = option, .line = 1, .column = 1};
    Variation read = VariationReader(option, text).read();
    const auto same = std::ranges::find(variations, read.row, &Variation::row);
    Variation& whole = same == variations.end() ? variations.emplace_back(read.row) : *same;
    for (VariedOption& varied : read.options) {
      if (std::ranges::find(whole.options, varied.name, &VariedOption::name) != whole.options.end()) {
        throw InputError(place, fmt::format("option {} of {} is varied twice", varied.name, whole.row->name),
                         "each option once, with all its values");
      }
      whole.options.push_back(std::move(varied));
    }
    if (size_of(whole) > most_combinations) {
      throw InputError(place, fmt::format("{} has more than {} combinations", whole.row->name, most_combinations),
                       "fewer values");
    }
  }
  return variations;
}

std::vector<VariedPolicy> combinations(const Variation& variation) {
  std::vector<std::string> names{std::string(variation.row->name)};
  for (const VariedOption& option : variation.options) {
    std::vector<std::string> longer;
    for (const std::string& name : names) {
      for (const std::string& value : option.values) {
        const char separator = &option == &variation.options.front() ? ':' : ',';
        longer.push_back(fmt::format("{}{}{}={}", name, separator, option.name, value));
      }
    }
    names = std::move(longer);
  }
  std::vector<VariedPolicy> policies;
  for (std::string& name : names) {
    PolicyChoice choice = std::get<PolicyChoice>(parse_policy(name));  // each value was read as one before
    policies.push_back({std::move(name), std::move(choice)});
  }
  return policies;
}

}  // namespace signalbox
