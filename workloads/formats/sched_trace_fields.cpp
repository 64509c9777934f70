#include "workloads/formats/sched_trace_fields.hpp"

#include "workloads/formats/digits.hpp"
#include "workloads/recording.hpp"

namespace signalbox {
namespace {

constexpr std::string_view arrow = " ==>";  // and a blank

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Where the last `key` is, which ends with its only '=' or '>'. From the end, because a comm in front may hold
// anything; by single letters, because rfind() of a word takes five times as long.
std::size_t last_key(std::string_view text, std::string_view key) {
  const char letter = key.back();
  for (std::size_t end = text.rfind(letter); end != std::string_view::npos; end = text.rfind(letter, end - 1)) {
    if (text.substr(0, end + 1).ends_with(key)) return end + 1 - key.size();
    if (end == 0) break;
  }
  return std::string_view::npos;
}

// The number behind the last `key`, which is cut off `text` with all that follows.
template <class Number>
std::optional<Number> cut_number(std::string_view& text, std::string_view key, int base = 10) {
  const std::size_t at = last_key(text, key);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view value = text.substr(at + key.size());
  value = value.substr(0, value.find(' '));
  text = text.substr(0, at);
  return number_in<Number>(value, base);
}

std::optional<std::int32_t> cut_pid(std::string_view& text, std::string_view key) {
  const auto pid = cut_number<std::int32_t>(text, key);
  return pid && *pid >= 0 ? pid : std::nullopt;
}

bool is_priority(std::optional<int> number) {
  return number && *number >= lowest_kernel_priority && *number <= highest_kernel_priority;
}

// "R", "R+", "S", "D|K": by TASK_STATE_TO_CHAR_STR and the flags of older kernels (include/trace/events/sched.h).
std::optional<LeftCpu> left_by(std::string_view state) {
  if (state.empty()) return std::nullopt;
  switch (state.front()) {
    case 'R':
      return LeftCpu::runnable;
    case 'X':
    case 'Z':
    case 'x':
      return LeftCpu::ended;
    case 'S':
    case 'D':
    case 'T':
    case 't':
    case 'P':
    case 'I':
    case 'K':
    case 'W':
    case 'N':
      return LeftCpu::asleep;
    default:
      return std::nullopt;
  }
}

struct PluginThread {
  std::string_view comm;
  std::int32_t pid = 0;
  int priority = 0;
  std::string_view rest;
};

// "comm:pid [priority] rest", as the plugins of libtraceevent print a thread.
std::optional<PluginThread> read_plugin_thread(std::string_view text) {
  const std::size_t open = text.rfind(" [");
  if (open == std::string_view::npos) return std::nullopt;
  PluginThread thread;
  thread.rest = text.substr(open + 2);
  const auto priority = take_number<int>(thread.rest);
  if (!is_priority(priority) || !take_prefix(thread.rest, "]")) return std::nullopt;
  thread.priority = *priority;
  take_prefix(thread.rest, " ");
  std::string_view head = text.substr(0, open);
  const auto pid = cut_pid(head, ":");
  if (!pid) return std::nullopt;
  thread.pid = *pid;
  thread.comm = head;
  return thread;
}

bool read_prev(std::string_view text, SwitchFields& fields) {
  if (!take_prefix(text, "prev_comm=")) {
    const auto thread = read_plugin_thread(text);
    if (!thread) return false;
    fields.prev_comm = thread->comm;
    fields.prev_pid = thread->pid;
    fields.prev_priority = thread->priority;
    const auto left = left_by(thread->rest);
    if (left) fields.left = *left;
    return left.has_value();
  }
  const std::size_t state = last_key(text, " prev_state=");
  if (state == std::string_view::npos) return false;
  const auto left = left_by(text.substr(state + std::string_view(" prev_state=").size()));
  text = text.substr(0, state);
  const auto priority = cut_number<int>(text, " prev_prio=");
  const auto pid = cut_pid(text, " prev_pid=");
  if (!left || !is_priority(priority) || !pid) return false;
  fields.left = *left;
  fields.prev_priority = *priority;
  fields.prev_pid = *pid;
  fields.prev_comm = text;
  return true;
}

bool read_next(std::string_view text, SwitchFields& fields) {
  if (!take_prefix(text, "next_comm=")) {
    const auto thread = read_plugin_thread(text);
    if (!thread) return false;
    fields.next_comm = thread->comm;
    fields.next_pid = thread->pid;
    fields.next_priority = thread->priority;
    return true;
  }
  const auto priority = cut_number<int>(text, " next_prio=");
  const auto pid = cut_pid(text, " next_pid=");
  if (!is_priority(priority) || !pid) return false;
  fields.next_priority = *priority;
  fields.next_pid = *pid;
  fields.next_comm = text;
  return true;
}

std::optional<WakeFields> read_plugin_wake(std::string_view text) {
  WakeFields fields;
  fields.is_success = text.rfind(" success=0") == std::string_view::npos;
  const auto thread = read_plugin_thread(text);
  if (!thread) return std::nullopt;
  fields.comm = thread->comm;
  fields.pid = thread->pid;
  fields.priority = thread->priority;
  return fields;
}

}  // namespace

std::optional<SwitchFields> read_switch_fields(std::string_view text) {
  const std::size_t middle = last_key(text, arrow);
  const std::size_t next = middle + arrow.size() + 1;
  if (middle == std::string_view::npos || next > text.size()) return std::nullopt;
  SwitchFields fields;
  if (!read_prev(text.substr(0, middle), fields)) return std::nullopt;
  if (!read_next(text.substr(next), fields)) return std::nullopt;
  return fields;
}

std::optional<WakeFields> read_wake_fields(std::string_view text) {
  if (!take_prefix(text, "comm=")) return read_plugin_wake(text);
  WakeFields fields;
  fields.is_success =
      last_key(text, " success=") == std::string_view::npos || text.find(" success=0") == std::string_view::npos;
  const auto priority = cut_number<int>(text, " prio=");
  const auto pid = cut_pid(text, " pid=");
  if (!is_priority(priority) || !pid) return std::nullopt;
  fields.priority = *priority;
  fields.pid = *pid;
  fields.comm = text;
  return fields;
}

std::optional<ForkFields> read_fork_fields(std::string_view text) {
  ForkFields fields;
  const auto child = cut_pid(text, " child_pid=");
  const std::size_t comm = last_key(text, " child_comm=");
  if (!child || comm == std::string_view::npos) return std::nullopt;
  fields.child = *child;
  fields.child_comm = text.substr(comm + std::string_view(" child_comm=").size());
  text = text.substr(0, comm);
  if (!cut_pid(text, " pid=")) return std::nullopt;
  return fields;
}

std::optional<ForkFields> read_newtask_fields(std::string_view text) {
  constexpr std::uint64_t clone_thread = 0x10000;  // CLONE_THREAD, include/uapi/linux/sched.h
  ForkFields fields;
  const auto flags = cut_number<std::uint64_t>(text, " clone_flags=", 16);
  if (!flags || !take_prefix(text, "pid=")) return std::nullopt;
  const auto child = take_number<std::int32_t>(text);
  if (!child || *child < 0 || !take_prefix(text, " comm=")) return std::nullopt;
  fields.child = *child;
  fields.child_comm = text;
  fields.is_thread = (*flags & clone_thread) != 0;
  return fields;
}

std::optional<std::int32_t> read_exit_pid(std::string_view text) {
  if (take_prefix(text, "comm=")) return cut_pid(text, " pid=");
  const auto thread = read_plugin_thread(text);
  return thread ? std::optional(thread->pid) : std::nullopt;
}

}  // namespace signalbox
