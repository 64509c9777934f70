#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace signalbox {

// How a thread left its CPU, by the letter of sched_switch's prev_state.
enum class LeftCpu : std::uint8_t { runnable, asleep, ended };

struct SwitchFields {
  std::string_view prev_comm;
  std::int32_t prev_pid = 0;
  int prev_priority = 0;
  LeftCpu left = LeftCpu::runnable;
  std::string_view next_comm;
  std::int32_t next_pid = 0;
  int next_priority = 0;
};

struct WakeFields {
  std::string_view comm;
  std::int32_t pid = 0;
  int priority = 0;
  bool is_success = true;  // older kernels print also those that woke nobody
};

// The parent is who is on the CPU.
struct ForkFields {
  std::string_view child_comm;
  std::int32_t child = 0;
  bool is_thread = false;  // CLONE_THREAD; only task_newtask tells
};

// Each reads the fields of its tracepoint as tracefs, or as trace-cmd's and perf's plugins print them
// ("make:4993 [120] S ==> swapper/1:0 [120]"). None where they are damaged. The texts point into `fields`.
std::optional<SwitchFields> read_switch_fields(std::string_view fields);
std::optional<WakeFields> read_wake_fields(std::string_view fields);  // also of sched_migrate_task
std::optional<ForkFields> read_fork_fields(std::string_view fields);
std::optional<ForkFields> read_newtask_fields(std::string_view fields);
std::optional<std::int32_t> read_exit_pid(std::string_view fields);

}  // namespace signalbox
