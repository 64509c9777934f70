#include "kernel/task/process_table.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

ProcessTable::~ProcessTable() {
  for_each_process([this](Process& process) {
    process.threads.clear_and_dispose([this](Thread* thread) { destroy_unlinked(*thread); });
    process.children.clear();
  });
  for_each_process([this](Process& process) {
    slots_[static_cast<std::size_t>(process.pid.value())].process = nullptr;
    processes_.give_back(process);
  });
}

Result<Process*> ProcessTable::create_process(Process* parent) {
  const std::size_t number = TRY(take_number());
  Process& process = processes_.make(Pid(static_cast<Pid::Value>(number)), parent);
  slots_[number].process = &process;
  if (parent != nullptr) parent->children.push_back(process);
  return &process;
}

Result<Thread*> ProcessTable::create_thread(Process& process, ThreadHost& host) {
  const auto own_number = static_cast<std::size_t>(process.pid.value());
  const std::size_t number = process.threads.empty() ? own_number : TRY(take_number());
  CHECK(slots_[number].thread == nullptr, "a thread number is given once");
  Thread& thread = threads_.make(Tid(static_cast<Tid::Value>(number)), process, host);
  slots_[number].thread = &thread;
  process.threads.push_back(thread);
  ++process.live_threads;
  ++thread_count_;
  return &thread;
}

void ProcessTable::destroy(Thread& thread) {
  Process& process = thread.process;
  process.threads.erase(process.threads.iterator_to(thread));
  destroy_unlinked(thread);
}

void ProcessTable::destroy_unlinked(Thread& thread) {
  const auto number = static_cast<std::size_t>(thread.tid.value());
  slots_[number].thread = nullptr;
  if (slots_[number].is_free()) --used_numbers_;
  --thread_count_;
  threads_.give_back(thread);
}

void ProcessTable::destroy(Process& process) {
  CHECK(process.threads.empty() && process.children.empty(), "a process ends after its threads and without children");
  const auto number = static_cast<std::size_t>(process.pid.value());
  if (process.parent != nullptr) process.parent->children.erase(process.parent->children.iterator_to(process));
  slots_[number].process = nullptr;
  if (slots_[number].is_free()) --used_numbers_;
  processes_.give_back(process);
}

void ProcessTable::withdraw(Process& process) {
  const auto number = static_cast<std::size_t>(process.pid.value());
  destroy(process);
  next_number_ = number;
}

Process* ProcessTable::find_process(Pid pid) const {
  const auto number = static_cast<std::size_t>(pid.value());
  return pid.value() > 0 && number < slots_.size() ? slots_[number].process : nullptr;
}

Thread* ProcessTable::find_thread(Tid tid) const {
  const auto number = static_cast<std::size_t>(tid.value());
  return tid.value() > 0 && number < slots_.size() ? slots_[number].thread : nullptr;
}

Result<std::size_t> ProcessTable::take_number() {
  constexpr auto limit = static_cast<std::size_t>(max_pid);
  if (used_numbers_ + 1 >= limit) return Errno::eagain;
  while (next_number_ < slots_.size() && !slots_[next_number_].is_free()) advance_number();
  if (next_number_ == slots_.size()) slots_.emplace_back();
  const std::size_t number = next_number_;
  advance_number();
  ++used_numbers_;
  return number;
}

void ProcessTable::advance_number() {
  if (++next_number_ == static_cast<std::size_t>(max_pid)) next_number_ = 2;
}

}  // namespace signalbox
