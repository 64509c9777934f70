#include "kernel/machine/lifecycle.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/sched/nice.hpp"
#include "kernel/task/deadline_admission.hpp"

namespace signalbox {
namespace {

std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

// What a thread gets of its maker's scheduling if nobody asks for something else (sched(7), "Resetting the scheduling
// policy for child processes").
SchedAttributes inherited_attributes(const Thread* maker) {
  if (maker == nullptr) return {};
  SchedAttributes attributes = maker->normal;
  if (!maker->resets_on_fork) return attributes;
  const SchedClass kind = attributes.sched_class;
  const bool is_privileged =
      kind == SchedClass::fifo || kind == SchedClass::round_robin || kind == SchedClass::deadline;
  if (is_privileged) return {};
  attributes.nice = std::max(attributes.nice, std::int8_t{0});
  return attributes;
}

// As of a thread that asks for its class itself, first thing (sched_setattr(2)).
Result<bool> may_have_its_class(const ThreadRequest& request, const Thread* maker, const ProcessTable& threads,
                                DeadlineCpus cpus, CpuSets& cpu_sets) {
  if (!request.attributes || request.attributes->sched_class != SchedClass::deadline) return true;
  const AffinityId asked = request.affinity.value_or(maker == nullptr ? AffinityId() : maker->asked_affinity);
  const TaskGroupId group = request.group.value_or(maker == nullptr ? TaskGroupId() : maker->entity.group);
  return may_be_deadline(threads, cpus, nullptr, cpu_sets.effective(asked, group), *request.attributes);
}

// Where a thread's stack begins.
void enter(void* argument) {
  Thread& thread = *static_cast<Thread*>(argument);
  thread.host.run(thread);
}

}  // namespace

std::uint32_t weight_of(const SchedAttributes& attributes) {
  return attributes.sched_class == SchedClass::idle ? idle_weight : nice_weight(attributes.nice);
}

Lifecycle::Lifecycle(Simulation& simulation, Dispatcher& dispatcher, PriorityInheritance& inheritance,
                     Signalling& signals, CpuSets& cpu_sets, ProcessTable& table, ThreadHost& host,
                     MachineMemory* memory)
    : simulation_(simulation),
      dispatcher_(dispatcher),
      inheritance_(inheritance),
      signals_(signals),
      cpu_sets_(cpu_sets),
      table_(table),
      host_(host),
      memory_(memory),
      init_(create_process(nullptr).value()) {
  init_->name = simulation.trace().intern("init");
  init_->reaps_automatically = true;
  init_->is_subreaper = true;
}

Result<Process*> Lifecycle::create_process(Process* parent) {
  Process* process = TRY(table_.create_process(parent));
  process->space_id = take_space_id();
  return process;
}

Result<Process*> Lifecycle::create_child(Process& parent, const ThreadRequest& request) {
  Process* child = TRY(create_process(&parent));
  child->is_of_kernel = request.is_of_kernel;
  if (memory_ == nullptr || request.is_of_kernel) return child;
  if (const auto given = give_memory(*child, parent); !given.has_value()) {
    table_.withdraw(*child);
    return given.error();
  }
  return child;
}

// A copy of the parent's, or, of a process that init starts, one with a fresh program.
Result<void> Lifecycle::give_memory(Process& child, Process& parent) {
  if (parent.space == nullptr) {
    child.space = TRY(memory_->make_space(child.space_id, child.memory_limits()));
    return {};
  }
  MemoryWork work;
  auto copy = parent.space->fork(child.space_id, work);
  dispatcher_.owe(memory_->spend(memory_price(work, dispatcher_.costs())));
  memory_->submit_requests();
  memory_->note_use();
  if (!copy.has_value()) return copy.error();
  child.space = std::move(copy).value();
  if (parent.heap != nullptr) child.heap = parent.heap->fork(heap_cache_of_maker(parent));
  return {};
}

// Of the thread that forks, if it has one: the child's first thread goes on with it.
alloc::CacheHandle Lifecycle::heap_cache_of_maker(const Process& parent) const {
  const Thread* const maker = dispatcher_.current();
  return maker == nullptr || &maker->process != &parent ? 0 : maker->memory.heap_cache;
}

Result<Process*> Lifecycle::fork(Process& parent, ThreadRequest&& request) {
  if (is_ending(parent)) return Errno::eintr;
  if (is_over_limit(parent)) return Errno::eagain;
  Process* child = TRY(create_child(parent, request));
  child->name = request.name == NameId() ? parent.name : request.name;
  emit(TraceKind::process_created, Tid(child->pid.value()), bits(parent.pid.value()), child->name.value());
  if (const auto thread = create_thread(*child, std::move(request)); !thread.has_value()) {
    if (memory_ != nullptr) memory_->release(*child);
    table_.destroy(*child);
    return thread.error();
  }
  const Thread* const maker = dispatcher_.current();
  if (maker != nullptr && &maker->process == &parent) {
    signals_.process_forked(*maker, *child->leader(), parent.compiled != nullptr);
  }
  if (child->heap != nullptr) child->leader()->memory.heap_cache = heap_cache_of_maker(parent);
  return child;
}

Result<Thread*> Lifecycle::create_thread(Process& process, ThreadRequest&& request) {
  if (is_ending(process)) return Errno::eintr;
  if (is_over_limit(process)) return Errno::eagain;
  const DeadlineCpus cpus{dispatcher_.topology(), dispatcher_.affinities()};
  TRY(may_have_its_class(request, dispatcher_.current(), table_, cpus, cpu_sets_));
  Stack stack;
  try {
    stack = stacks_.take(request.stack);
  } catch (const std::bad_alloc&) {
    return Errno::enomem;  // the host is out of memory or mappings
  }
  const auto made = table_.create_thread(process, host_);
  if (!made.has_value()) {
    stacks_.give_back(stack);
    return made.error();
  }
  Thread& thread = **made;
  ++threads_of_user_[process.credentials.real_user];
  if (!process.is_of_kernel) ++live_threads_;
  set_up(thread, request, stack);
  if (const Thread* maker = dispatcher_.current(); maker != nullptr && &maker->process == &process) {
    signals_.thread_made(*maker, thread);
  }
  dispatcher_.make_ready(thread, EnqueueReason::created, ReadyReason::created);
  return &thread;
}

void Lifecycle::set_up(Thread& thread, ThreadRequest& request, const Stack& stack) {
  Process& process = thread.process;
  const Thread* maker = dispatcher_.current();
  Entity& entity = thread.entity;
  entity.attributes = thread.normal = request.attributes.value_or(inherited_attributes(maker));
  entity.group = request.group.value_or(maker == nullptr ? TaskGroupId() : maker->entity.group);
  thread.asked_affinity = request.affinity.value_or(maker == nullptr ? AffinityId() : maker->asked_affinity);
  entity.affinity = cpu_sets_.effective(thread.asked_affinity, entity.group);
  entity.weight = weight_of(entity.attributes);
  entity.expected_burst = request.expected_burst;
  thread.name = request.name == NameId() ? process.name : request.name;
  thread.program = std::move(request.program);
  thread.is_detached = request.is_detached;
  thread.stack = stack;
  thread.context.prepare(stack, enter, &thread);
  emit(TraceKind::thread_created, thread.tid, bits(process.pid.value()), thread.name.value(),
       process.is_of_kernel ? 1 : 0);
  announce_attributes(thread);
  dispatcher_.admit(thread);
}

void Lifecycle::announce_attributes(const Thread& thread) {
  const SchedAttributes& attributes = thread.entity.attributes;
  const bool is_realtime = attributes.realtime_priority > 0;
  emit(TraceKind::thread_attributes, thread.tid, thread.entity.weight,
       bits(is_realtime ? attributes.realtime_priority : attributes.nice - min_nice),
       static_cast<std::uint8_t>(attributes.sched_class));
}

void Lifecycle::set_credentials(Process& process, const Credentials& credentials) {
  threads_of_user_[process.credentials.real_user] -= process.live_threads;
  process.credentials = credentials;
  process.limits_changed();
  threads_of_user_[credentials.real_user] += process.live_threads;
}

// A new thread of such a process, or by such a thread, would be told by nobody to end.
bool Lifecycle::is_ending(const Process& maker) const {
  const Thread* thread = dispatcher_.current();
  return maker.state != ProcessState::alive || (thread != nullptr && thread->is_kill_pending);
}

bool Lifecycle::is_over_limit(const Process& process) const {
  if (process.credentials.is_privileged()) return false;
  const auto threads = threads_of_user_.find(process.credentials.real_user);
  return threads != threads_of_user_.end() && threads->second >= process.limits.get(Resource::processes).soft;
}

void Lifecycle::end_process(Process& process, WaitStatus status) {
  if (process.state != ProcessState::alive || process.is_of_kernel) return;
  process.state = ProcessState::exiting;
  process.status = status;
  for (Thread& thread : process.threads) kill(thread);
}

void Lifecycle::kill(Thread& thread) {
  if (thread.state == ThreadState::exited) return;
  thread.is_kill_pending = true;
  dispatcher_.cut_short(thread);
  host_.wake(thread, WakeReason::killed);
}

void Lifecycle::thread_faulted(Thread& thread, const HostFault& fault) {
  emit(TraceKind::signal_posted, thread.tid, 0, 0, static_cast<std::uint8_t>(fault.signal));
  end_process(thread.process, WaitStatus::killed_by(fault.signal));
}

void Lifecycle::thread_ended(Thread& thread) {
  Process& process = thread.process;
  if (thread.inherits) inheritance_.thread_ended(thread);
  discard(thread);
  emit(TraceKind::thread_exited, thread.tid, bits(thread.exit_value));
  process.ended_threads += thread.times;
  process.ended_memory += {thread.memory.minor_faults, thread.memory.major_faults};
  if (!process.is_of_kernel) --live_threads_;
  if (--process.live_threads == 0) return process_ended(process);  // a zombie counts for its user until it is reaped
  --threads_of_user_[process.credentials.real_user];
  if (process.heap != nullptr && thread.memory.heap_cache != 0)
    process.heap->orphan(thread.memory.heap_cache, thread.tid);
  signals_.thread_ended(process);
  thread.joiners.wake(Waiters::all);
  if (thread.is_detached) table_.destroy(thread);
}

void Lifecycle::discard(Thread& thread) {
  thread.waiter.leave();
  thread.context.abandon();
  if (thread.stack.low != nullptr) stacks_.give_back(std::exchange(thread.stack, {}));
  thread.program.reset();
  thread.file_in_use.reset();
  thread.signals.reset();
}

void Lifecycle::process_ended(Process& process) {
  process.state = ProcessState::zombie;
  if (ipc_namespace_ != nullptr) ipc_namespace_->process_ended(process, simulation_.now());  // exit_sem, exit_files
  process.descriptors.close_all();
  process.folder.reset();
  if (memory_ != nullptr) memory_->release(process);
  process.compiled.reset();  // last: what the space had mapped was promised by its account
  process.threads.clear_and_dispose([this](Thread* thread) { table_.destroy_unlinked(*thread); });
  emit(TraceKind::process_exited, Tid(process.pid.value()), bits(process.status.raw()));
  hand_over_children(process);
  process.signals.pending.discard(SignalSet::all());
  signals_.process_leaves(process);
  tell_parent_of_end(process);
}

// There may be no zombie any more when this comes back.
void Lifecycle::tell_parent_of_end(Process& zombie) {
  Process& parent = *zombie.parent;
  signals_.child_ended(zombie);
  if (Signalling::reaps_children(parent)) reap(zombie);
  parent.child_changed.wake(Waiters::all);
}

// Orphans go to the nearest living ancestor that is a sub-reaper, in the end to init (prctl(2)).
void Lifecycle::hand_over_children(Process& process) {
  if (process.children.empty()) return;
  Process* adopter = process.parent;
  while (!adopter->is_subreaper || (adopter->state != ProcessState::alive && adopter != init_))
    adopter = adopter->parent;
  while (!process.children.empty()) {
    Process& child = process.children.front();
    process.children.pop_front();
    child.parent = adopter;
    adopter->children.push_back(child);
    signals_.child_adopted(child, process);
    if (child.state == ProcessState::zombie) tell_parent_of_end(child);
  }
}

void Lifecycle::reap(Process& zombie) {
  CHECK(zombie.state == ProcessState::zombie, "only who has ended is reaped");
  Process& parent = *zombie.parent;
  parent.reaped_children += zombie.times();
  parent.reaped_children += zombie.reaped_children;
  parent.children_memory += zombie.memory_usage();
  parent.children_memory += zombie.children_memory;
  --threads_of_user_[zombie.credentials.real_user];
  emit(TraceKind::process_reaped, Tid(zombie.pid.value()), bits(parent.pid.value()));
  table_.destroy(zombie);
}

void Lifecycle::release(Thread& exited) {
  CHECK(exited.state == ThreadState::exited, "only who has ended is released");
  table_.destroy(exited);
}

void Lifecycle::emit(TraceKind kind, Tid thread, std::uint64_t a, std::uint64_t b, std::uint8_t detail) {
  simulation_.trace().emit(
      {.when = simulation_.now(), .thread = thread, .kind = kind, .detail = detail, .a = a, .b = b});
}

}  // namespace signalbox
