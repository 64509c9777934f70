#pragma once

#include <cstddef>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/result.hpp"
#include "kernel/objects/kernel_object.hpp"
#include "kernel/objects/object_cache.hpp"
#include "kernel/task/process.hpp"
#include "kernel/task/thread.hpp"

namespace signalbox {

// Owns every process and thread, and gives out their numbers: the next one up that is free, from 2 after the last one
// (Linux kernel/pid.c, idr_alloc_cyclic).
class ProcessTable {
 public:
  static constexpr std::int32_t max_pid = 4'194'304;  // PID_MAX_LIMIT on 64 bits

  ProcessTable() = default;
  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;
  ~ProcessTable();

  // A process without threads; the first one ever is init, number 1. Errno::eagain when the numbers are used up.
  Result<Process*> create_process(Process* parent);
  // A thread of `process`; the first one has the process's number.
  Result<Thread*> create_thread(Process& process, ThreadHost& host);
  void destroy(Thread& thread);
  // The same for a thread that is no longer among its process's threads.
  void destroy_unlinked(Thread& thread);
  // Requires a process without threads and children.
  void destroy(Process& process);
  // The same for one that was made last and never ran: its number is the next again, as where memory is copied before a
  // number is taken (copy_process of kernel/fork.c).
  void withdraw(Process& process);

  // Null if there is none.
  Process* find_process(Pid pid) const;
  Thread* find_thread(Tid tid) const;

  // Brings what find_thread reads into the host's cache.
  [[gnu::always_inline]] void prefetch_number(Tid tid) const {
    const auto number = static_cast<std::size_t>(tid.value());
    if (number < slots_.size()) __builtin_prefetch(&slots_[number]);
  }

  std::size_t thread_count() const { return thread_count_; }

  // In ascending order of pid. `visit` may destroy the process it is given.
  template <class Visit>
  void for_each_process(Visit visit) const {
    for (std::size_t number = 0; number < slots_.size(); ++number) {
      if (Process* process = slots_[number].process) visit(*process);
    }
  }
  // In ascending order of tid. `visit` may destroy the thread it is given.
  template <class Visit>
  void for_each_thread(Visit visit) const {
    for (std::size_t number = 0; number < slots_.size(); ++number) {
      if (Thread* thread = slots_[number].thread) visit(*thread);
    }
  }

 private:
  // What a number stands for. A process that lost its first thread keeps its number.
  struct Slot {
    Process* process = nullptr;
    Thread* thread = nullptr;
    bool is_free() const { return process == nullptr && thread == nullptr; }
  };

  Result<std::size_t> take_number();
  void advance_number();

  // By number; 0 is nobody's.
  std::vector<Slot, ObjectAllocator<Slot, ObjectClass::pid_table>> slots_{Slot()};
  std::size_t next_number_ = 1;
  std::size_t used_numbers_ = 0;
  std::size_t thread_count_ = 0;
  ObjectCache<Thread, ObjectClass::task_struct> threads_;
  ObjectCache<Process, ObjectClass::signal_cache> processes_;
};

}  // namespace signalbox
