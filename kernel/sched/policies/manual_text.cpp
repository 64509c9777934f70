#include "kernel/sched/policies/manual_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>

#include "kernel/base/nearest_word.hpp"
#include "kernel/base/time_text.hpp"
#include "kernel/sched/cpu_mask.hpp"

namespace signalbox {
namespace {

constexpr std::array<std::string_view, 3> clauses{"at", "cpu", "for"};
constexpr std::string_view blank = " \t\r";
constexpr std::string_view expected_tid = "the number of a thread, from 1";

struct Word {
  std::string_view text;
  unsigned column = 0;
};

// Where a line is wrong.
struct LineError {
  unsigned column;
  std::string what;
  std::string expected;
};

template <class Number>
std::optional<Number> whole_number(std::string_view text, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && number >= least && number <= most ? std::optional(number) : std::nullopt;
}

// A word as messages show it: cut where it is too long to read.
std::string shown(std::string_view text) {
  constexpr std::size_t most = 40;
  return text.size() <= most ? fmt::format("'{}'", text) : fmt::format("'{}...'", text.substr(0, most));
}

class Line {
 public:
  explicit Line(std::string_view text) : text_(text.substr(0, text.find('#'))) {}

  bool is_blank() const { return text_.find_first_not_of(blank) == std::string_view::npos; }
  std::variant<ManualDecision, LineError> read();

 private:
  Word next();
  std::optional<LineError> read_clause(const Word& clause);
  std::optional<LineError> read_cpu(const Word& value);
  std::optional<LineError> read_time(const Word& clause, const Word& value);

  std::string_view text_;
  std::size_t at_ = 0;
  ManualDecision decision_;
  std::array<bool, clauses.size()> given_{};
};

Word Line::next() {
  const std::size_t begin = std::min(text_.find_first_not_of(blank, at_), text_.size());
  const std::size_t end = std::min(text_.find_first_of(blank, begin), text_.size());
  at_ = end;
  return {text_.substr(begin, end - begin), static_cast<unsigned>(begin + 1)};
}

std::variant<ManualDecision, LineError> Line::read() {
  const Word who = next();
  const auto tid = whole_number<Tid::Value>(who.text, 1, std::numeric_limits<Tid::Value>::max());
  if (!tid) return LineError{who.column, shown(who.text) + " is not a thread", std::string(expected_tid)};
  decision_.thread = Tid(*tid);
  for (Word clause = next(); !clause.text.empty(); clause = next()) {
    if (auto error = read_clause(clause)) return *std::move(error);
  }
  return decision_;
}

std::optional<LineError> Line::read_clause(const Word& clause) {
  const auto* const known = std::ranges::find(clauses, clause.text);
  if (known == clauses.end()) {
    return LineError{clause.column, "unknown word " + shown(clause.text), one_of(clause.text, clauses)};
  }
  bool& is_given = given_[static_cast<std::size_t>(known - clauses.begin())];
  if (is_given) return LineError{clause.column, fmt::format("{} is given twice", clause.text), "each clause once"};
  is_given = true;
  const Word value = next();
  return clause.text == "cpu" ? read_cpu(value) : read_time(clause, value);
}

std::optional<LineError> Line::read_cpu(const Word& value) {
  constexpr auto last = static_cast<CpuId::Value>(max_cpus - 1);
  const auto cpu = whole_number<CpuId::Value>(value.text, 0, last);
  if (!cpu) {
    return LineError{value.column, shown(value.text) + " is not a CPU", fmt::format("a number from 0 to {}", last)};
  }
  decision_.cpu = CpuId(*cpu);
  return std::nullopt;
}

std::optional<LineError> Line::read_time(const Word& clause, const Word& value) {
  const std::optional<Duration> time = parse_time(value.text);
  const bool is_length = clause.text == "for";
  if (!time || (is_length && *time == Duration())) {
    return LineError{value.column, shown(value.text) + " is not a time",
                     is_length ? "a time longer than 0, such as 500us or 10ms" : "a time, such as 500us or 10ms"};
  }
  if (is_length) {
    decision_.length = *time;
  } else {
    decision_.at = Instant() + *time;
  }
  return std::nullopt;
}

}  // namespace

std::variant<std::vector<ManualDecision>, OptionFileError> parse_manual(std::string_view text) {
  std::vector<ManualDecision> decisions;
  std::map<CpuId, Instant> latest;
  unsigned number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    Line line(text.substr(begin, end - begin));
    begin = end + 1;
    ++number;
    if (line.is_blank()) continue;
    const auto read = line.read();
    if (const auto* const error = std::get_if<LineError>(&read)) {
      return OptionFileError{number, error->column, error->what, error->expected};
    }
    const auto& decision = std::get<ManualDecision>(read);
    if (decision.at) {
      Instant& last = latest[decision.cpu];
      if (*decision.at < last) {
        return OptionFileError{number, 1, fmt::format("the times of CPU {} go back", decision.cpu.value()),
                               fmt::format("{} or later", time_text(last.since_start()))};
      }
      last = *decision.at;
    }
    decisions.push_back(decision);
  }
  return decisions;
}

std::optional<OptionFileError> check_manual(std::string_view text) {
  auto read = parse_manual(text);
  auto* const error = std::get_if<OptionFileError>(&read);
  return error == nullptr ? std::nullopt : std::optional(std::move(*error));
}

}  // namespace signalbox
