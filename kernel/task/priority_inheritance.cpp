#include "kernel/task/priority_inheritance.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {
namespace {

// core.c, rt_mutex_setprio: the policy's number stays, so that only a SCHED_RR thread takes turns.
SchedAttributes boosted(const SchedAttributes& normal, const SchedAttributes& donor) {
  SchedAttributes inherited = normal;
  inherited.is_boosted = true;
  if (donor.sched_class == SchedClass::deadline) {
    inherited.sched_class = SchedClass::deadline;
    inherited.realtime_priority = 0;
    inherited.runtime = donor.runtime;
    inherited.deadline = donor.deadline;
    inherited.period = donor.period;
  } else {
    if (normal.sched_class != SchedClass::round_robin) inherited.sched_class = SchedClass::fifo;
    inherited.realtime_priority = donor.realtime_priority;
  }
  return inherited;
}

}  // namespace

Result<int> PriorityInheritance::wait(InheritingLock& lock, Thread& waiter) {
  if (leads_to(lock, waiter)) return Errno::edeadlk;
  lock.add(waiter, urgency_of(waiter));
  links_of(waiter).waits_for = &lock;
  Thread* const owner = owner_of(lock);
  set_contended(lock, owner);
  propagate(owner);
  return 0;
}

void PriorityInheritance::hand_over(InheritingLock& lock) {
  Thread* const before = owner_of(lock);
  Thread& next = *lock.top().thread;
  lock.remove(next);
  clear_contended(lock, before);
  lock.owner = next.tid;
  links_of(next).waits_for = nullptr;
  if (lock.has_waiters()) set_contended(lock, &next);
  // The one that lets go loses what it inherited before the other wakes up (rtmutex.c, mark_wakeup_next_waiter).
  propagate(before);
  propagate(&next);
  if (before != nullptr) forget_if_free(*before);
  forget_if_free(next);
  next.host.wake(next, WakeReason::woken);
}

void PriorityInheritance::stop_waiting(Thread& waiter) {
  const auto links = links_.find(waiter.tid);
  if (links == links_.end() || links->second.waits_for == nullptr) return;
  InheritingLock& lock = *std::exchange(links->second.waits_for, nullptr);
  lock.remove(waiter);
  forget_if_free(waiter);
  Thread* const owner = owner_of(lock);
  if (!lock.has_waiters()) clear_contended(lock, owner);
  propagate(owner);
  if (owner != nullptr) forget_if_free(*owner);
}

void PriorityInheritance::set_normal(Thread& thread, const SchedAttributes& normal) {
  thread.normal = normal;
  propagate(&thread);
}

void PriorityInheritance::thread_ended(Thread& thread) {
  stop_waiting(thread);
  const auto links = links_.extract(thread.tid);
  if (links.empty()) return;
  for (InheritingLock* const lock : links.mapped().contended) hand_over(*lock);
}

Thread* PriorityInheritance::owner_of(const InheritingLock& lock) const {
  Thread* const owner = table_.find_thread(lock.owner);
  return owner == nullptr || owner->state == ThreadState::exited ? nullptr : owner;
}

const InheritingLock* PriorityInheritance::awaited_by(const Thread& thread) const {
  const auto links = links_.find(thread.tid);
  return links == links_.end() ? nullptr : links->second.waits_for;
}

// rtmutex.c, rt_mutex_adjust_prio_chain: whether the lock's owner waits, by however many locks, for `waiter`.
bool PriorityInheritance::leads_to(const InheritingLock& lock, const Thread& waiter) const {
  const InheritingLock* next = &lock;
  for (unsigned depth = 0; depth < longest_chain; ++depth) {
    const Thread* const owner = owner_of(*next);
    if (owner == &waiter) return true;
    next = owner == nullptr ? nullptr : awaited_by(*owner);
    if (next == nullptr) return false;
  }
  return true;
}

Urgency PriorityInheritance::urgency_of(const Thread& thread) const {
  const ClassRank rank = std::min(class_rank(thread.entity.attributes), fair_rank);
  return {rank, rank == deadline_rank ? host_.deadline_of(thread) : Instant::max()};
}

SchedAttributes PriorityInheritance::effective(const Thread& thread) const {
  const auto links = links_.find(thread.tid);
  if (links == links_.end()) return thread.normal;
  const InheritingLock::Waiting* donor = nullptr;
  for (const InheritingLock* const lock : links->second.contended) {
    if (donor == nullptr || lock->top().urgency < donor->urgency) donor = &lock->top();
  }
  if (donor == nullptr || donor->urgency.rank == fair_rank) return thread.normal;
  const ClassRank own = class_rank(thread.normal);
  const bool is_earlier = own == deadline_rank && donor->urgency.deadline < host_.deadline_of(thread);
  const bool inherits = donor->urgency.rank < own || is_earlier;
  return inherits ? boosted(thread.normal, donor->thread->entity.attributes) : thread.normal;
}

// Up the chain of owners, until one is reached for whom nothing changes.
void PriorityInheritance::propagate(Thread* thread) {
  for (unsigned depth = 0; thread != nullptr && depth < longest_chain; ++depth) {
    const SchedAttributes wanted = effective(*thread);
    if (wanted != thread->entity.attributes) host_.set_effective(*thread, wanted);
    const auto links = links_.find(thread->tid);
    if (links == links_.end() || links->second.waits_for == nullptr) return;
    InheritingLock& lock = *links->second.waits_for;
    const Urgency urgency = urgency_of(*thread);
    const auto place = std::ranges::find(lock.waiting(), thread, &InheritingLock::Waiting::thread);
    if (place->urgency == urgency) return;
    lock.remove(*thread);
    lock.add(*thread, urgency);
    thread = owner_of(lock);
  }
}

void PriorityInheritance::set_contended(InheritingLock& lock, Thread* owner) {
  if (owner == nullptr) return;
  std::vector<InheritingLock*>& contended = links_of(*owner).contended;
  if (std::ranges::find(contended, &lock) == contended.end()) contended.push_back(&lock);
}

void PriorityInheritance::clear_contended(InheritingLock& lock, Thread* owner) {
  if (owner != nullptr) std::erase(links_of(*owner).contended, &lock);
}

PriorityInheritance::Links& PriorityInheritance::links_of(Thread& thread) {
  thread.inherits = true;
  return links_[thread.tid];
}

void PriorityInheritance::forget_if_free(Thread& thread) {
  const auto links = links_.find(thread.tid);
  if (links == links_.end()) return;
  if (links->second.waits_for != nullptr || !links->second.contended.empty()) return;
  links_.erase(links);
  thread.inherits = false;
}

}  // namespace signalbox
