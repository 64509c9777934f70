#include "workloads/formats/swf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "kernel/sched/cpu_mask.hpp"
#include "workloads/formats/digits.hpp"

namespace signalbox {
namespace {

enum Column : std::size_t {
  number,
  submit,
  wait,
  run_time,
  allocated,
  cpu_time,
  memory,
  requested,
  requested_time,
  requested_memory,
  status,
  user,
  group,
  executable,
  queue,
  partition,
  preceding,
  think_time,
  column_count,
};
constexpr std::array<std::string_view, column_count> names = {
    "job number", "submit time",      "wait time",  "run time",     "processors",    "CPU time",
    "memory",     "processors asked", "time asked", "memory asked", "status",        "user",
    "group",      "executable",       "queue",      "partition",    "preceding job", "think time"};
constexpr std::int64_t unknown = -1;
constexpr std::int64_t most_seconds = 4'000'000'000;  // 126 years
constexpr std::int64_t most_processors = 1'000'000;

std::string_view without_leading_blanks(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
}

bool says_something(std::string_view line) {
  line = without_leading_blanks(line);
  return !line.empty() && line.front() != ';' && line.front() != '#';
}

struct Row {
  std::array<std::string_view, column_count> fields;
  std::size_t count = 0;  // of the line, those beyond the last column too
};

Row split(std::string_view line) {
  Row row;
  for (line = without_leading_blanks(line); !line.empty(); line = without_leading_blanks(line)) {
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    if (row.count < column_count) row.fields[row.count] = line.substr(0, end);
    ++row.count;
    line.remove_prefix(end);
  }
  return row;
}

// Of a number that may have a fraction, the whole part. The archive's logs have some, though the format has none.
std::optional<std::int64_t> whole_number(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  if (fraction.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return number_in<std::int64_t>(text.substr(0, point));
}

bool is_header(const Row& row) { return row.count >= column_count && !whole_number(row.fields[number]); }

class SwfReader {
 public:
  explicit SwfReader(InputLines& lines) : lines_(lines) {}

  Scenario read() {
    scenario_.format = "swf";
    while (const std::optional<std::string_view> line = lines_.next()) {
      if (says_something(*line)) {
        read_row(*line);
      } else {
        read_comment(*line);
      }
    }
    if (rows_ == 0) throw InputError({.file = lines_.file()}, "the log has no jobs", "a line of 18 numbers a job");
    sort_by_submission();
    add_notes();
    return std::move(scenario_);
  }

 private:
  // "; MaxProcs: 128" is how large the machine was; "MaxNodes" is its older name.
  void read_comment(std::string_view line) {
    for (const std::string_view key : {"MaxProcs:", "MaxNodes:"}) {
      const std::size_t at = line.find(key);
      if (at == std::string_view::npos) continue;
      std::string_view value = without_leading_blanks(line.substr(at + key.size()));
      const auto processors = take_number<unsigned>(value);
      if (processors) scenario_.cpus = std::min(std::max(scenario_.cpus, *processors), max_cpus);
    }
  }

  void read_row(std::string_view line) {
    line_ = line;
    const Row row = split(line);
    const bool is_first = rows_ == 0 && !has_header_;
    if (is_first && is_header(row)) {
      has_header_ = true;  // a table's head without ';', as Alea's logs have it
      return;
    }
    if (row.count < column_count) {
      throw InputError(lines_.place(line.size()), fmt::format("this line has {} columns", row.count),
                       fmt::format("18: \"{}\" is missing", names[row.count]));
    }
    ++rows_;
    has_more_columns_ = has_more_columns_ || row.count > column_count;
    std::array<std::int64_t, column_count> job{};
    for (std::size_t column = 0; column < column_count; ++column) job[column] = value(row, column);
    add_job(job);
  }

  std::int64_t value(const Row& row, std::size_t column) {
    const std::string_view text = row.fields[column];
    const std::optional<std::int64_t> value = whole_number(text);
    if (!value || *value < unknown || *value > largest(column)) {
      throw InputError(place_of(text), fmt::format("{} as the {}", in_quotes(text), names[column]),
                       fmt::format("a number from 0 to {}, or -1 for unknown", largest(column)));
    }
    if (*value != unknown) is_given_.set(column);
    return *value;
  }

  static std::int64_t largest(std::size_t column) {
    if (column == allocated || column == requested) return most_processors;
    if (column == submit || column == run_time) return most_seconds;
    return std::numeric_limits<std::int64_t>::max();
  }

  SourcePlace place_of(std::string_view field) const {
    return lines_.place(static_cast<std::size_t>(field.data() - line_.data()));
  }

  void add_job(const std::array<std::int64_t, column_count>& job) {
    const std::int64_t seconds = job[run_time] > 0 ? job[run_time] : job[cpu_time];
    if (seconds <= 0) {
      ++without_run_time_;
      return;
    }
    if (job[run_time] <= 0) ++with_cpu_time_;
    Task& task = scenario_.tasks.emplace_back();
    task.name = name_of(job[number]);
    task.place = lines_.place();
    task.loop = 1;
    task.instances = processors(job);
    if (task.instances > 1) task.process = task.name;
    task.delay = Duration(submission(job[submit]) * 1'000'000'000);
    Phase& phase = task.phases.emplace_back();
    phase.name = "run";
    phase.events.push_back({RunEvent{Duration(std::min(seconds, most_seconds) * 1'000'000'000)}, task.place});
  }

  std::int64_t processors(const std::array<std::int64_t, column_count>& job) {
    if (job[allocated] > 0) return job[allocated];
    if (job[requested] > 0) return job[requested];
    ++without_processors_;
    return 1;
  }

  std::int64_t submission(std::int64_t seconds) {
    if (seconds == unknown) {
      ++without_submission_;
      return last_submission_;
    }
    if (seconds < last_submission_) ++out_of_order_;
    return last_submission_ = seconds;
  }

  std::string name_of(std::int64_t job) {
    std::string name = job == unknown ? fmt::format("line-{}", lines_.number()) : fmt::format("job-{}", job);
    if (names_.emplace(job, lines_.number()).second || job == unknown) return name;
    ++same_number_;
    return name + fmt::format("'{}", lines_.number());
  }

  void sort_by_submission() {
    const auto key = [](const Task& task) { return std::pair(task.delay, task.place.line); };
    if (out_of_order_ > 0) std::ranges::sort(scenario_.tasks, {}, key);
  }

  void add_notes() {
    note(out_of_order_, "submitted before the one in the line above, and sorted by their time");
    note(same_number_, "with the number of an earlier one, named after their line too");
    note(without_submission_, "without a submit time, submitted with the one above");
    note(without_processors_, "without processors, run on one");
    note(with_cpu_time_, "without a run time, run for their CPU time");
    note(without_run_time_, "that did not run, or whose run time is not known, left out");
    std::vector<std::string_view> unused;
    for (std::size_t column = 0; column < column_count; ++column) {
      const bool is_used = column == number || column == submit || column == run_time || column == allocated;
      if (!is_used && is_given_[column]) unused.push_back(names[column]);
    }
    if (!unused.empty()) scenario_.notes.push_back(fmt::format("no effect: {}", fmt::join(unused, ", ")));
    if (has_more_columns_) scenario_.notes.emplace_back("columns beyond the 18th are not read");
  }

  void note(std::uint64_t jobs, std::string_view what) {
    if (jobs > 0) scenario_.notes.push_back(fmt::format("{} job{} {}", jobs, jobs == 1 ? "" : "s", what));
  }

  InputLines& lines_;
  std::string_view line_;
  Scenario scenario_;
  boost::unordered_flat_map<std::int64_t, unsigned> names_;  // job numbers, with their lines
  std::bitset<column_count> is_given_;
  bool has_header_ = false;
  bool has_more_columns_ = false;
  std::uint64_t rows_ = 0;
  std::int64_t last_submission_ = 0;
  std::uint64_t out_of_order_ = 0;
  std::uint64_t same_number_ = 0;
  std::uint64_t without_submission_ = 0;
  std::uint64_t without_processors_ = 0;
  std::uint64_t with_cpu_time_ = 0;
  std::uint64_t without_run_time_ = 0;
};

}  // namespace

Scenario read_swf(InputLines& lines) { return SwfReader(lines).read(); }

bool looks_like_swf(std::string_view beginning) {
  InputLines lines(beginning, "");
  try {
    while (const std::optional<std::string_view> line = lines.next()) {
      const std::string_view text = without_leading_blanks(*line);
      if (text.starts_with(';')) {
        if (text.find("Version: 2") != std::string_view::npos) return true;
        continue;
      }
      if (!says_something(*line)) continue;
      const Row row = split(*line);
      // A row of numbers, also one that lacks some; or a table's head.
      const auto is_number = [](std::string_view field) { return whole_number(field).has_value(); };
      const std::size_t fields = std::min<std::size_t>(row.count, column_count);
      if (is_header(row)) return row.fields[submit] == "submit";
      return row.count > column_count / 2 &&
             std::ranges::all_of(row.fields.begin(), row.fields.begin() + fields, is_number);
    }
  } catch (const InputError&) {
    return false;  // a line too long
  }
  return false;
}

}  // namespace signalbox
