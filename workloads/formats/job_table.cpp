#include "workloads/formats/job_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "kernel/base/nearest_word.hpp"
#include "kernel/sched/nice.hpp"
#include "workloads/formats/csv_row.hpp"
#include "workloads/formats/text_cursor.hpp"

namespace signalbox {
namespace {

enum Column : std::size_t { name, arrival, burst, priority, io_every, io, column_count };
constexpr std::size_t required_columns = 4;
constexpr std::array<std::string_view, column_count> column_names = {"name",     "arrival_us",  "burst_us",
                                                                     "priority", "io_every_us", "io_us"};

struct NumberRange {
  std::int64_t low;
  std::int64_t high;
  const char* expected;
};
constexpr std::int64_t longest_microseconds = 1'000'000'000'000;  // 11 days
constexpr NumberRange from_zero{0, longest_microseconds, "a whole number of microseconds from 0 to 1000000000000"};
constexpr NumberRange from_one{1, longest_microseconds, "a whole number of microseconds from 1 to 1000000000000"};
constexpr NumberRange nice_range{min_nice, max_nice, "a nice value from -20 to 19"};

struct Line {
  std::string_view text;
  unsigned number = 0;
};

// The lines that say something: neither blank nor a comment, without their line ends.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(without_byte_order_mark(text)) {}

  std::optional<Line> next() {
    while (!rest_.empty()) {
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      const std::string_view line = rest_.substr(0, end);
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      ++number_;
      const std::size_t first = line.find_first_not_of(" \t\r");
      if (first != std::string_view::npos && line[first] != '#') return Line{line, number_};
    }
    return std::nullopt;
  }

 private:
  std::string_view rest_;
  unsigned number_ = 0;
};

// Reads the table line by line into tasks.
class JobTable {
 public:
  JobTable(std::string_view text, const std::string& file) : file_(file), lines_(text), row_(file) {}

  Scenario read() {
    read_header();
    scenario_.format = "job-table";
    while (const std::optional<Line> line = lines_.next()) read_job(*line);
    if (scenario_.tasks.empty()) throw InputError(end_of_header_, "the table has no jobs", "a row below the header");
    return std::move(scenario_);
  }

 private:
  void read_header() {
    const std::optional<Line> header = lines_.next();
    if (!header) throw InputError({file_, 1, 1}, "the table is empty", "a header such as " + example());
    for (const CsvField& field : row_.split(header->text, header->number)) {
      const auto known = std::ranges::find(column_names, field.text);
      if (known == column_names.end()) {
        throw InputError(row_.place_at(field.offset), "unknown column " + in_quotes(field.text),
                         in_quotes(nearest_word(field.text, column_names)) + ", the nearest of " + example());
      }
      const auto column = static_cast<std::size_t>(known - column_names.begin());
      if (std::ranges::find(order_, column) != order_.end()) {
        throw InputError(row_.place_at(field.offset), in_quotes(field.text) + " is there twice", "each column once");
      }
      order_.push_back(column);
    }
    end_of_header_ = row_.place_at(header->text.size());
    check_columns(*header);
  }

  void check_columns(const Line& header) const {
    const auto has = [this](std::size_t column) { return std::ranges::find(order_, column) != order_.end(); };
    for (std::size_t column = 0; column < required_columns; ++column) {
      if (!has(column)) throw_missing(header, column);
    }
    if (has(io) != has(io_every)) throw_missing(header, has(io) ? io_every : io);
  }

  [[noreturn]] void throw_missing(const Line& header, std::size_t column) const {
    throw InputError(row_.place_at(header.text.size()), "there is no column " + in_quotes(column_names[column]),
                     "a header such as " + example());
  }

  static std::string example() { return fmt::format("{}", fmt::join(column_names, ",")); }

  void read_job(const Line& line) {
    const std::vector<CsvField>& fields = row_.split(line.text, line.number);
    if (fields.size() != order_.size()) {
      const std::size_t place = fields.size() > order_.size() ? fields[order_.size()].offset : line.text.size();
      throw InputError(row_.place_at(place), fmt::format("this row has {} fields", fields.size()),
                       fmt::format("{}, as the header", order_.size()));
    }
    std::array<CsvField, column_count> by_column;
    for (std::size_t index = 0; index < fields.size(); ++index) by_column[order_[index]] = fields[index];
    add_job(line, by_column);
  }

  void add_job(const Line& line, const std::array<CsvField, column_count>& fields) {
    Task job;
    job.name = unused_name(line, fields[name]);
    job.place = row_.place_at(fields[name].offset);
    job.loop = 1;
    job.delay = microseconds(fields[arrival], from_zero);
    const auto nice = static_cast<std::int8_t>(number(fields[priority], nice_range));
    if (nice != 0) job.sched.attributes.emplace().nice = nice;
    const Duration length = microseconds(fields[burst], from_one);
    add_script(job, length, fields);
    scenario_.tasks.push_back(std::move(job));
  }

  std::string unused_name(const Line& line, const CsvField& field) {
    if (field.text.empty()) throw InputError(row_.place_at(field.offset), "a job without a name", "a name");
    std::string text(field.text);
    if (has_control_character(text)) {
      throw InputError(row_.place_at(field.offset), "the job name " + in_quotes(text),
                       "no control character in a name");
    }
    const auto [first, is_new] = lines_of_names_.emplace(text, line.number);
    if (is_new) return text;
    throw InputError(row_.place_at(field.offset),
                     fmt::format("the job {} is already in line {}", in_quotes(text), first->second), "another name");
  }

  // Pieces of `every`, each followed by a wait, and the rest; a burst does not end with a wait.
  void add_script(Task& job, Duration length, const std::array<CsvField, column_count>& fields) {
    const Duration every = fields[io_every].text.empty() ? Duration() : microseconds(fields[io_every], from_zero);
    const Duration wait = fields[io].text.empty() ? Duration() : microseconds(fields[io], from_zero);
    if ((every == Duration()) != (wait == Duration())) {
      const Column lacking = wait == Duration() ? io : io_every;
      throw InputError(row_.place_at(fields[lacking].offset),
                       fmt::format("\"{}\" is 0 or empty", column_names[lacking]),
                       fmt::format("it above 0, as \"{}\" is", column_names[lacking == io ? io_every : io]));
    }
    const std::int64_t pieces = every == Duration() ? 0 : (length - Duration(1)) / every;
    if (pieces > 0) {
      Phase& phase = job.phases.emplace_back();
      phase.name = "burst and wait";
      phase.loop = pieces;
      phase.events = {{RunEvent{every}, row_.place_at(fields[burst].offset)},
                      {SleepEvent{wait}, row_.place_at(fields[io].offset)}};
    }
    Phase& last = job.phases.emplace_back();
    last.name = "burst";
    last.events = {{RunEvent{length - every * pieces}, row_.place_at(fields[burst].offset)}};
  }

  std::int64_t number(const CsvField& field, const NumberRange& range) const {
    std::int64_t value = 0;
    const char* begin = field.text.data();
    const char* end = begin + field.text.size();
    const auto [parsed, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || parsed != end || value < range.low || value > range.high) {
      throw InputError(row_.place_at(field.offset), in_quotes(field.text) + " does not fit here", range.expected);
    }
    return value;
  }

  Duration microseconds(const CsvField& field, const NumberRange& range) const {
    return Duration(number(field, range) * 1'000);
  }

  std::string file_;
  SourcePlace end_of_header_;
  Lines lines_;
  CsvRow row_;
  std::vector<std::size_t> order_;  // the column of each field
  boost::unordered_flat_map<std::string, unsigned> lines_of_names_;
  Scenario scenario_;
};

}  // namespace

Scenario parse_job_table(std::string_view text, const std::string& file) { return JobTable(text, file).read(); }

bool looks_like_job_table(std::string_view text) {
  const std::optional<Line> header = Lines(text).next();
  if (!header) return false;
  CsvRow row("");
  try {
    return std::ranges::any_of(row.split(header->text, header->number), [](const CsvField& field) {
      return std::ranges::find(column_names, field.text) != column_names.end();
    });
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace signalbox
