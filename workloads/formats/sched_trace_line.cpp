#include "workloads/formats/sched_trace_line.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "workloads/formats/digits.hpp"

namespace signalbox {
namespace {

constexpr auto tracepoint_names = std::to_array<std::pair<std::string_view, SchedTracepoint>>({
    {"sched_switch", SchedTracepoint::switching},
    {"sched_waking", SchedTracepoint::waking},
    {"sched_wakeup", SchedTracepoint::wakeup},
    {"sched_wakeup_new", SchedTracepoint::wakeup_new},
    {"sched_migrate_task", SchedTracepoint::migrate},
    {"sched_process_fork", SchedTracepoint::fork},
    {"task_newtask", SchedTracepoint::newtask},
    {"sched_process_exit", SchedTracepoint::exit},
});

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

void skip_spaces(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

void drop_spaces_behind(std::string_view& text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
}

bool take(std::string_view& text, char letter) {
  if (text.empty() || text.front() != letter) return false;
  text.remove_prefix(1);
  return true;
}

// The word up to the next space.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

// Seconds with a fraction of one to nine digits, and a colon.
bool take_time(std::string_view& text, Instant& when) {
  constexpr std::int64_t nanoseconds = 1'000'000'000;
  constexpr std::uint32_t most_seconds = 4'000'000'000;  // the 127 years that clocks of the kernel may show
  if (text.empty() || !is_digit(text.front())) return false;
  std::string_view rest = text;
  const auto seconds = take_number<std::uint32_t>(rest);
  if (!seconds || *seconds > most_seconds || !take(rest, '.')) return false;
  const std::size_t before = rest.size();
  const auto fraction = take_number<std::uint32_t>(rest);
  const std::size_t digits = before - rest.size();
  if (!fraction || digits > 9 || !take(rest, ':')) return false;
  std::int64_t scaled = *fraction;
  for (std::size_t digit = digits; digit < 9; ++digit) scaled *= 10;
  when = Instant(std::int64_t{*seconds} * nanoseconds + scaled);
  text = rest;
  return true;
}

// "d..2." and its like: the third letter is h, H, s, z or Z in an interrupt (Documentation/trace/ftrace.rst).
bool is_interrupt(std::string_view flags) {
  return flags.size() > 2 && std::string_view("hHsSzZ").find(flags[2]) != std::string_view::npos;
}

bool are_flags(std::string_view word) {
  constexpr std::size_t most = 8;
  return word.size() <= most && std::ranges::all_of(word, [](char letter) {
           return letter == '.' || letter == '#' || is_digit(letter) || (letter >= 'a' && letter <= 'z') ||
                  (letter >= 'A' && letter <= 'Z');
         });
}

bool take_flags_and_time(std::string_view& text, SchedTraceLine& line) {
  skip_spaces(text);
  if (take_time(text, line.when)) return true;
  const std::string_view flags = take_word(text);
  if (!are_flags(flags)) return false;
  line.is_interrupt = is_interrupt(flags);
  skip_spaces(text);
  return take_time(text, line.when);
}

// Of "sched:sched_switch: ", which perf may put a period before, and of "sched_switch: ".
bool take_event(std::string_view& text, SchedTraceLine& line) {
  skip_spaces(text);
  std::size_t period = 0;
  while (period < text.size() && is_digit(text[period])) ++period;
  if (period > 0 && period < text.size() && text[period] == ' ') {
    text.remove_prefix(period);
    skip_spaces(text);
  }
  for (;;) {
    const std::size_t colon = text.find(':');
    line.name = text.substr(0, colon);
    if (colon == std::string_view::npos || line.name.empty() || line.name.contains(' ')) return false;
    text.remove_prefix(colon + 1);
    if (text.empty() || text.front() == ' ') break;
  }
  skip_spaces(text);
  drop_spaces_behind(text);
  line.fields = text;
  const auto* known = std::ranges::find(tracepoint_names, line.name, &decltype(tracepoint_names)::value_type::first);
  if (known != tracepoint_names.end()) line.tracepoint = known->second;
  return true;
}

// "(4993)" or "(-----)" at the end, if there is one.
bool drop_tgid(std::string_view& text, SchedTraceLine& line) {
  if (text.empty() || text.back() != ')') return true;
  const std::size_t open = text.rfind('(');
  if (open == std::string_view::npos) return false;
  std::string_view tgid = text.substr(open + 1, text.size() - open - 2);
  skip_spaces(tgid);
  if (tgid.find_first_not_of('-') != std::string_view::npos) {
    const auto number = number_in<std::int32_t>(tgid);
    if (!number || *number < 0) return false;
    line.tgid = *number;
  }
  text = text.substr(0, open);
  drop_spaces_behind(text);
  return true;
}

// "comm-pid" of ftrace, "comm pid" or "comm pid/tid" of perf: a comm may hold blanks and dashes, so from the end.
bool read_thread(std::string_view text, SchedTraceLine& line) {
  drop_spaces_behind(text);
  if (!drop_tgid(text, line)) return false;
  std::size_t begin = text.size();
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  const auto pid = number_in<std::int32_t>(text.substr(begin));
  if (!pid || begin == 0) return false;
  line.pid = *pid;
  if (text[begin - 1] == '/') {
    std::size_t process = begin - 1;
    while (process > 0 && is_digit(text[process - 1])) --process;
    if (const auto tgid = number_in<std::int32_t>(text.substr(process, begin - 1 - process))) {
      line.tgid = *tgid;
      begin = process;
    }
  }
  if (begin == 0 || (text[begin - 1] != '-' && text[begin - 1] != ' ')) return false;
  text = text.substr(0, begin - 1);
  skip_spaces(text);
  drop_spaces_behind(text);
  line.comm = text;
  return true;
}

// From the bracket at `open` on, and what is before it.
bool read_from_bracket(std::string_view text, std::size_t open, SchedTraceLine& line) {
  constexpr std::uint32_t most_cpus = 1U << 16U;
  std::string_view rest = text.substr(open + 1);
  if (rest.empty() || !is_digit(rest.front())) return false;
  const auto cpu = take_number<std::uint32_t>(rest);
  if (!cpu || *cpu >= most_cpus || !take(rest, ']')) return false;
  line.cpu = *cpu;
  return take_flags_and_time(rest, line) && take_event(rest, line) && read_thread(text.substr(0, open), line);
}

}  // namespace

std::optional<SchedTraceLine> read_sched_trace_line(std::string_view text) {
  for (std::size_t open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
    SchedTraceLine line;
    if (read_from_bracket(text, open, line)) return line;
  }
  return std::nullopt;
}

}  // namespace signalbox
