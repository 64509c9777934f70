#include "tools/export/gantt.hpp"

#include <iterator>
#include <string_view>

#include "tools/metrics/text_cell.hpp"

namespace signalbox {

namespace {

constexpr std::size_t label_width = 17;
constexpr std::size_t most_columns = 80;
constexpr Pid init_pid{1};
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static_assert(letters.size() >= Gantt::most_threads);

}  // namespace

void Gantt::ThreadCell::merge(const ThreadCell& other) {
  running += other.running;
  ready += other.ready;
  blocked += other.blocked;
}

char Gantt::ThreadCell::mark() const {
  const std::int64_t other = ready + blocked;
  if (running > 0 && running >= other) return '#';
  if (running > 0) return '+';
  if (other == 0) return ' ';
  return ready >= blocked ? '.' : '-';
}

void Gantt::CpuCell::add(Tid thread, std::int64_t nanoseconds) { merge({thread, nanoseconds, nanoseconds}); }

void Gantt::CpuCell::merge(const CpuCell& other) {
  busy += other.busy;
  if (owner == other.owner) {
    owned += other.owned;
  } else if (other.owned > owned) {
    owner = other.owner;
    owned = other.owned;
  }
}

TraceKinds Gantt::wanted() const { return SliceBuilder::wanted(); }

void Gantt::consume(std::span<const TraceEvent> batch, const TraceNames& names) {
  for (const TraceEvent& event : batch) {
    slices_.feed(event);
    if (event.kind == TraceKind::thread_created) add_thread(event, names);
    if (event.kind != TraceKind::machine_started) continue;
    start_ = event.when;
    cpus_ = static_cast<unsigned>(event.a);
    for (unsigned cpu = 0; cpu < std::min<std::size_t>(cpus_, most_cpus); ++cpu) cpu_bins_.add_row();
  }
}

void Gantt::add_thread(const TraceEvent& event, const TraceNames& names) {
  const auto index = static_cast<std::size_t>(event.thread.value());
  if (index >= row_of_.size()) row_of_.resize(index + 1);
  row_of_[index] = 0;
  if (Pid(static_cast<Pid::Value>(event.a)) == init_pid) return;
  if (thread_rows_.size() == most_threads) {
    ++elided_threads_;
    return;
  }
  thread_rows_.push_back({event.thread, std::string(names.name(NameId(static_cast<NameId::Value>(event.b))))});
  thread_bins_.add_row();
  row_of_[index] = static_cast<std::uint8_t>(thread_rows_.size());
}

void Gantt::on_slice(const ThreadSlice& slice) {
  const std::int64_t begin = (slice.begin - start_).nanoseconds();
  const std::int64_t end = (slice.end - start_).nanoseconds();
  if (slice.state == SliceState::running && slice.cpu.value() < most_cpus) {
    cpu_bins_.add(slice.cpu.value(), begin, end,
                  [&](CpuCell& cell, std::int64_t length) { cell.add(slice.thread, length); });
  }
  const unsigned row = row_of_[static_cast<std::size_t>(slice.thread.value())];
  if (row == 0) return;
  thread_bins_.add(row - 1, begin, end, [&](ThreadCell& cell, std::int64_t length) {
    std::int64_t& time = slice.state == SliceState::running ? cell.running
                         : slice.state == SliceState::ready ? cell.ready
                                                            : cell.blocked;
    time += length;
  });
}

void Gantt::finish(Instant end) {
  slices_.finish(end);
  const std::int64_t length = (end - start_).nanoseconds();
  thread_bins_.reach(length);
  cpu_bins_.reach(length);
  const Scale scale = scale_for(length);
  print_axis(scale);
  print_cpus(scale);
  print_threads(scale);
  file_.close();
}

// A column is 1, 2 or 5 times a power of ten, so that round quanta end where a column ends.
Gantt::Scale Gantt::scale_for(std::int64_t length) const {
  for (const std::size_t bins : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{10}, std::size_t{20}}) {
    const auto column = static_cast<std::int64_t>(bins) * thread_bins_.width();
    const auto columns = static_cast<std::size_t>((length + column - 1) / column);
    if (columns <= most_columns) return {bins, columns};
  }
  return {};  // 1,000 bins are 50 columns of 20
}

void Gantt::print_axis(const Scale& scale) {
  static constexpr std::size_t tick = 20;
  const Duration column(static_cast<std::int64_t>(scale.bins) * thread_bins_.width());
  auto to = std::back_inserter(file_.buffer());
  fmt::format_to(to, "a column is {}: # running, + running less than half of it, . ready, - blocked\n",
                 duration_cell(column));
  std::string line(label_width, ' ');
  for (std::size_t at = 0; at <= scale.columns; at += tick) {
    const std::string time = duration_cell(column * static_cast<std::int64_t>(at));
    line += text_cell("|" + time, std::min(tick, label_width + most_columns + 1 - line.size()));
  }
  line.erase(line.find_last_not_of(' ') + 1);
  fmt::format_to(to, "{}\n", line);
}

void Gantt::print_cpus(const Scale& scale) {
  auto to = std::back_inserter(file_.buffer());
  for (unsigned cpu = 0; cpu < std::min<std::size_t>(cpus_, most_cpus); ++cpu) {
    std::string line;
    for (std::size_t column = 0; column < scale.columns; ++column) {
      const CpuCell cell = cpu_bins_.sum(cpu, column * scale.bins, scale.bins);
      line += cell.busy == 0 ? ' ' : letter_of(cell.owner);
    }
    fmt::format_to(to, "{}|{}|\n", text_cell(fmt::format("CPU {}", cpu), label_width), line);
  }
  if (cpus_ > most_cpus) fmt::format_to(to, "... and {} more CPUs\n", cpus_ - most_cpus);
}

void Gantt::print_threads(const Scale& scale) {
  auto to = std::back_inserter(file_.buffer());
  for (std::size_t row = 0; row < thread_rows_.size(); ++row) {
    std::string line;
    for (std::size_t column = 0; column < scale.columns; ++column) {
      line += thread_bins_.sum(row, column * scale.bins, scale.bins).mark();
    }
    fmt::format_to(to, "{} {}|{}|\n", letters[row], text_cell(thread_rows_[row].name, label_width - 2), line);
  }
  if (elided_threads_ > 0) fmt::format_to(to, "... and {} more threads, * where they run\n", elided_threads_);
}

char Gantt::letter_of(Tid thread) const {
  const unsigned row = row_of_[static_cast<std::size_t>(thread.value())];
  if (row == 0) return '*';
  return letters[row - 1];
}

}  // namespace signalbox
