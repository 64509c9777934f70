#include "tools/commands/ended_programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>

#include "kernel/task/process.hpp"
#include "tools/debug/source_lines.hpp"

namespace signalbox {
namespace {

std::string signal_text(int signal) {
  const char* const what = sigdescr_np(signal);
  return fmt::format("{} ({})", signal, what != nullptr ? what : "a real-time signal");
}

std::string status_text(WaitStatus status) {
  return status.has_exited() ? fmt::format("exited with status {}", status.exit_code())
                             : "ended by signal " + signal_text(status.signal());
}

// Both are there, and one of them is null.
void add_status(nlohmann::ordered_json& to, const std::optional<WaitStatus>& status) {
  to["exit_code"] = nullptr;
  to["signal"] = nullptr;
  if (!status) return;
  if (status->has_exited()) {
    to["exit_code"] = status->exit_code();
  } else {
    to["signal"] = status->signal();
  }
}

}  // namespace

TraceKinds EndedPrograms::wanted() const {
  using enum TraceKind;
  return bit(process_created) | bit(thread_renamed) | bit(process_exited);
}

void EndedPrograms::consume(std::span<const TraceEvent> batch, const TraceNames& names) {
  for (const TraceEvent& event : batch) {
    const Tid::Value pid = event.thread.value();
    const auto name = NameId(static_cast<NameId::Value>(event.b));
    if (event.kind == TraceKind::process_created) {
      names_[pid] = name;
      if (!first_) first_ = pid;
    }
    if (event.kind == TraceKind::thread_renamed && names_.contains(pid)) names_[pid] = name;
    if (event.kind != TraceKind::process_exited) continue;
    ended_.push_back({.pid = pid,
                      .name = std::string(names.name(names_[pid])),
                      .status = WaitStatus::from_raw(static_cast<std::int32_t>(event.a)),
                      .when = event.when});
    names_.erase(pid);
  }
}

void EndedPrograms::note_fault(const Thread& thread, ProgramFault&& fault) {
  if (faults_.size() < most_faults) faults_.try_emplace(thread.process.pid.value(), thread.tid, std::move(fault));
}

std::optional<WaitStatus> EndedPrograms::first_status() const {
  const auto found = std::ranges::find_if(ended_, [&](const Ended& ended) { return ended.pid == first_; });
  return found == ended_.end() ? std::nullopt : std::optional(found->status);
}

std::string EndedPrograms::summary() const {
  const std::optional<WaitStatus> first = first_status();
  std::string text = first ? status_text(*first) : "has not ended";
  const std::size_t all = ended_.size() + names_.size();
  if (all < 2) return text;
  std::map<std::string, std::size_t> counts;
  for (const Ended& ended : ended_) ++counts[status_text(ended.status)];
  text += fmt::format("; of {} processes", all);
  const char* separator = " ";
  for (const auto& [status, count] : counts) {
    text += fmt::format("{}{} {}", separator, count, status);
    separator = ", ";
  }
  if (!names_.empty()) text += fmt::format("{}{} had not ended", separator, names_.size());
  return text;
}

void EndedPrograms::add_to(nlohmann::ordered_json& head) const {
  add_status(head, first_status());
  head["processes"] = nlohmann::ordered_json::array();
  for (const Ended& ended : ended_) {
    nlohmann::ordered_json row{{"name", ended.name}, {"pid", ended.pid}, {"end_ns", ended.when.nanoseconds()}};
    add_status(row, ended.status);
    head["processes"].push_back(std::move(row));
  }
}

std::string EndedPrograms::place_of(const Ended& ended, SourceLines& lines) const {
  const auto found = faults_.find(ended.pid);
  if (found == faults_.end()) return {};
  const auto& [thread, fault] = found->second;
  const std::string place = describe(lines.calls(fault.place));
  std::string text = fmt::format("\n    thread {}{}{}", thread.value(), place.empty() ? "" : " at ", place);
  const int signal = ended.status.signal();
  if (signal == SIGSEGV || signal == SIGBUS) {
    text += fmt::format("\n    address {:#x}{}", fault.address,
                        fault.is_mapped ? ", which may not be accessed like that" : ", where nothing is mapped");
  }
  return text;
}

std::vector<std::string> EndedPrograms::deaths() const {
  SourceLines lines;
  std::vector<std::string> texts;
  for (const Ended& ended : ended_) {
    if (ended.status.has_exited() || ended.status.signal() == SIGKILL) continue;
    texts.push_back(fmt::format("{}: process {} {} at {} ns{}", ended.name, ended.pid, status_text(ended.status),
                                ended.when.nanoseconds(), place_of(ended, lines)));
  }
  return texts;
}

}  // namespace signalbox
