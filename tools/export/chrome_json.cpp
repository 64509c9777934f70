#include "tools/export/chrome_json.hpp"

#include <fmt/compile.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

namespace signalbox {

namespace {

// The CPUs' tracks count from 1: viewers keep track 0 of process 0 for idleness.
constexpr int cpu_track(CpuId cpu) { return cpu.value() + 1; }

// Names come from scenarios and may be no valid UTF-8.
std::string json_string(std::string_view text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Nanoseconds as microseconds.
struct Microseconds {
  std::int64_t whole;
  std::int64_t thousandths;

  explicit Microseconds(std::int64_t nanoseconds) : whole(nanoseconds / 1'000), thousandths(nanoseconds % 1'000) {}
};

std::string_view state_name(const ThreadSlice& slice) {
  switch (slice.state) {
    using enum SliceState;
    case running:
      return "running";
    case ready:
      return "ready";
    case blocked:
      return "blocked: ";
    case absent:
      return "";
  }
  return "";
}

}  // namespace

ChromeJson::ChromeJson(std::string path) : file_(std::move(path)), slices_(*this) {
  file_.buffer().append(std::string_view("{\"displayTimeUnit\":\"ns\",\"traceEvents\":["));
}

TraceKinds ChromeJson::wanted() const {
  using enum TraceKind;
  return SliceBuilder::wanted() | bit(process_created) | bit(thread_renamed) | bit(thread_migrated) |
         bit(signal_posted) | bit(activation_begun) | bit(activation_ended);
}

void ChromeJson::consume(std::span<const TraceEvent> batch, const TraceNames& names) {
  for (const TraceEvent& event : batch) {
    slices_.feed(event);
    apply(event, names);
    file_.spill();
  }
}

void ChromeJson::finish(Instant end) {
  slices_.finish(end);
  file_.buffer().append(std::string_view("\n]}\n"));
  file_.close();
}

void ChromeJson::separate() {
  file_.buffer().append(is_first_ ? std::string_view("\n") : std::string_view(",\n"));
  is_first_ = false;
}

void ChromeJson::apply(const TraceEvent& event, const TraceNames& names) {
  switch (event.kind) {
    using enum TraceKind;
    case machine_started:
      return print_machine(static_cast<unsigned>(event.a));
    case process_created:
      return print_process(event, names);
    case thread_created:
    case thread_renamed:
      event.kind == thread_created ? labels_.created(event, names) : labels_.renamed(event, names);
      return print_thread_name(event.thread, names);
    case thread_migrated:
      return print_migration(event);
    case signal_posted:
      return print_signal(event);
    case thread_exited:
      return print_mark(event, "\"exited\"", fmt::format(FMT_COMPILE("{{\"value\":{}}}"), event.a));
    case activation_begun:
      return print_activation_begin(event);
    case activation_ended:
      return print_activation_end(event);
    case thread_attributes:
    case thread_ready:
    case thread_blocked:
    case run_begin:
    case run_end:
    case syscall_entered:
    case syscall_returned:
    case process_exited:
    case process_reaped:
    case tick:
    case machine_stopped:
    case cpu_offline:
    case cpu_online:
    case affinity_broken:
    case page_fault:
    case signal_delivered:
      return;
  }
}

void ChromeJson::on_slice(const ThreadSlice& slice) {
  const ThreadLabel& who = labels_[slice.thread];
  const Microseconds begin(slice.begin.nanoseconds());
  const Microseconds length((slice.end - slice.begin).nanoseconds());
  if (slice.state == SliceState::running) {
    separate();
    fmt::format_to(std::back_inserter(file_.buffer()),
                   FMT_COMPILE("{{\"ph\":\"X\",\"pid\":0,\"tid\":{},\"ts\":{}.{:03},\"dur\":{}.{:03},\"name\":{},"
                               "\"args\":{{\"tid\":{},\"until\":\"{}\"}}}}"),
                   cpu_track(slice.cpu), begin.whole, begin.thousandths, length.whole, length.thousandths,
                   quoted_[who.name.value()], slice.thread.value(), to_string(slice.reason));
  }
  separate();
  fmt::format_to(
      std::back_inserter(file_.buffer()),
      FMT_COMPILE("{{\"ph\":\"X\",\"pid\":{},\"tid\":{},\"ts\":{}.{:03},\"dur\":{}.{:03},\"name\":\"{}{}\"}}"),
      who.pid.value(), slice.thread.value(), begin.whole, begin.thousandths, length.whole, length.thousandths,
      state_name(slice), slice.state == SliceState::blocked ? to_string(slice.wait) : "");
}

void ChromeJson::print_machine(unsigned cpus) {
  separate();
  fmt::format_to(
      std::back_inserter(file_.buffer()),
      FMT_COMPILE("{{\"ph\":\"M\",\"pid\":0,\"name\":\"process_name\",\"args\":{{\"name\":\"machine, {} CPUs\"}}}}"),
      cpus);
  for (unsigned cpu = 0; cpu < cpus; ++cpu) {
    separate();
    fmt::format_to(
        std::back_inserter(file_.buffer()),
        FMT_COMPILE("{{\"ph\":\"M\",\"pid\":0,\"tid\":{},\"name\":\"thread_name\",\"args\":{{\"name\":\"CPU {}\"}}}}"),
        cpu + 1, cpu);
  }
}

void ChromeJson::print_process(const TraceEvent& event, const TraceNames& names) {
  const NameId name(static_cast<NameId::Value>(event.b));
  quote(name, names);
  separate();
  fmt::format_to(std::back_inserter(file_.buffer()),
                 FMT_COMPILE("{{\"ph\":\"M\",\"pid\":{},\"name\":\"process_name\",\"args\":{{\"name\":{}}}}}"),
                 event.thread.value(), quoted_[name.value()]);
}

void ChromeJson::print_thread_name(Tid thread, const TraceNames& names) {
  const ThreadLabel& who = labels_[thread];
  quote(who.name, names);
  separate();
  fmt::format_to(
      std::back_inserter(file_.buffer()),
      FMT_COMPILE("{{\"ph\":\"M\",\"pid\":{},\"tid\":{},\"name\":\"thread_name\",\"args\":{{\"name\":{}}}}}"),
      who.pid.value(), thread.value(), quoted_[who.name.value()]);
}

void ChromeJson::print_migration(const TraceEvent& event) {
  print_mark(event, "\"migrated\"", fmt::format(FMT_COMPILE("{{\"from\":{},\"to\":{}}}"), event.a, event.cpu.value()));
}

void ChromeJson::print_signal(const TraceEvent& event) {
  print_mark(event, fmt::format(FMT_COMPILE("\"signal {}\""), event.detail),
             fmt::format(FMT_COMPILE("{{\"sender\":{}}}"), event.a));
}

void ChromeJson::print_activation_begin(const TraceEvent& event) {
  print_mark(event, "\"activation\"", fmt::format(FMT_COMPILE("{{\"index\":{},\"latency_ns\":{}}}"), event.a, event.b));
}

void ChromeJson::print_activation_end(const TraceEvent& event) {
  const bool has_deadline = event.detail != 0;
  if (!has_deadline) {
    return print_mark(event, "\"activation ended\"", fmt::format(FMT_COMPILE("{{\"index\":{}}}"), event.a));
  }
  const auto slack = static_cast<std::int64_t>(event.b);
  print_mark(event, slack < 0 ? "\"deadline missed\"" : "\"activation ended\"",
             fmt::format(FMT_COMPILE("{{\"index\":{},\"slack_ns\":{}}}"), event.a, slack));
}

void ChromeJson::print_mark(const TraceEvent& event, std::string_view name, std::string_view args) {
  const Microseconds at(event.when.nanoseconds());
  separate();
  fmt::format_to(
      std::back_inserter(file_.buffer()),
      FMT_COMPILE("{{\"ph\":\"i\",\"s\":\"t\",\"pid\":{},\"tid\":{},\"ts\":{}.{:03},\"name\":{},\"args\":{}}}"),
      labels_[event.thread].pid.value(), event.thread.value(), at.whole, at.thousandths, name, args);
}

void ChromeJson::quote(NameId name, const TraceNames& names) {
  if (name.value() >= quoted_.size()) quoted_.resize(name.value() + 1);
  std::string& quoted = quoted_[name.value()];
  if (quoted.empty()) quoted = json_string(names.name(name));
}

}  // namespace signalbox
