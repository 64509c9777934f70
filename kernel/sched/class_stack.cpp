#include "kernel/sched/class_stack.hpp"

#include <algorithm>

#include "kernel/sched/class_rank.hpp"

namespace signalbox {
namespace {

constexpr std::size_t deadline = 0;
constexpr std::size_t fair = ClassStack::class_count - 1;

// A class's timers carry its number above their own cookie of 28 bits; the fair server's carry class_count.
constexpr unsigned cookie_bits = 28;

std::size_t index_of(const SchedAttributes& attributes) {
  const ClassRank rank = class_rank(attributes);
  if (rank == deadline_rank) return deadline;
  return rank < fair_rank ? 1 : fair;
}

}  // namespace

const Entity* ClassStack::View::running(CpuId cpu) const {
  const Entity* const entity = view_.running(cpu);
  return entity != nullptr && entity->class_index == index_ ? entity : nullptr;
}

void ClassStack::View::set_timer(Instant when, std::uint64_t cookie) {
  view_.set_timer(when, (std::uint64_t{index_} << cookie_bits) | cookie);
}

ClassStack::ClassStack(SchedulerView& view, const MakeClass& make, UseFairServer fair_server)
    : view_(view),
      cpus_(view.cpus()),
      range_(cpus_.range()),
      is_of_one_cpu_(cpus_.count() == 1),
      has_fair_server_(fair_server == UseFairServer::yes) {
  for (std::size_t index = 0; index < class_count; ++index) {
    views_[index].emplace(*this, index);
    classes_[index] = make(index, *views_[index]);
  }
}

void ClassStack::join(Entity& entity, Instant now) {
  entity.class_index = static_cast<std::uint8_t>(index_of(entity.attributes));
  class_of(entity).join(entity, now);
}

void ClassStack::leave(Entity& entity, Instant now) { class_of(entity).leave(entity, now); }

CpuId ClassStack::select_cpu(const Entity& entity, Instant now) { return class_of(entity).select_cpu(entity, now); }

// __sched_setscheduler: out of one class and into the other.
void ClassStack::change_class(Entity& entity, Instant now) {
  if (entity.class_index == index_of(entity.attributes)) return;
  leave(entity, now);
  join(entity, now);
}

void ClassStack::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  change_class(entity, now);
  is_known_empty_[entity.class_index] = false;
  class_of(entity).enqueue(cpu, entity, why, now);
  if (!has_fair_server_) return;
  if (entity.class_index == fair && !server_.is_active() && has_ready(cpu, fair)) start_server(now);
  watch_fair(cpu, now);
}

void ClassStack::dequeue(Entity& entity, Instant now) {
  class_of(entity).dequeue(entity, now);
  if (entity.class_index == fair) stop_server_if_idle();
}

Entity* ClassStack::pick_next(CpuId cpu, Instant now) {
  Entity* next = serves_fair(cpu) ? classes_[fair]->pick_next(cpu, now) : nullptr;
  for (std::size_t index = 0; next == nullptr && index < class_count; ++index) next = pick_from(index, cpu, now);
  if (has_fair_server_) note_picked(cpu, next, now);
  if (next != nullptr && !is_of_one_cpu_) offer_elsewhere(cpu, *next);
  return next;
}

// Somebody of a lesser class had this CPU to himself until now.
void ClassStack::offer_elsewhere(CpuId cpu, const Entity& picked) {
  for (std::size_t index = picked.class_index + 1U; index < class_count; ++index) {
    if (!has_ready(cpu, index)) continue;
    cpus_.for_each(range_, [&](CpuId other) {
      if (other != cpu && view_.running(other) == nullptr) view_.kick(other, Kick::idle);
    });
    return;
  }
}

// Fair threads may become ready without a call of ours, when the quota of their group is renewed.
Entity* ClassStack::pick_from(std::size_t index, CpuId cpu, Instant now) {
  if (is_known_empty_[index]) return nullptr;
  Entity* const next = classes_[index]->pick_next(cpu, now);
  is_known_empty_[index] = next == nullptr && index != fair && is_of_one_cpu_;
  return next;
}

void ClassStack::account(CpuId cpu, Entity& entity, Duration ran, Instant now) {
  class_of(entity).account(cpu, entity, ran, now);
  if (entity.class_index == fair) server_.ran(ran, now);
}

void ClassStack::blocked(CpuId cpu, Entity& entity, Instant now) { class_of(entity).blocked(cpu, entity, now); }

bool ClassStack::has_better(CpuId cpu, const Entity& running) const {
  const std::size_t index = running.class_index;
  if (server_.is_serving()) {
    if (index == fair) return has_earlier_deadline(cpu);
    const bool is_served_first = index != deadline || server_.deadline() < class_of(running).deadline_of(running);
    if (is_served_first && has_ready(cpu, fair)) return true;
  }
  for (std::size_t better = 0; better < index; ++better) {
    if (has_ready(cpu, better)) return true;
  }
  return false;
}

bool ClassStack::should_preempt(CpuId cpu, const Entity& running, Instant now) const {
  return has_better(cpu, running) || class_of(running).should_preempt(cpu, running, now);
}

Verdict ClassStack::decide(CpuId cpu, Entity& running, Instant now) {
  const Verdict verdict = class_of(running).decide(cpu, running, now);
  return has_better(cpu, running) ? Verdict::preempt : verdict;
}

Instant ClassStack::next_decision(CpuId cpu, const Entity& running, Instant now) const {
  const Instant wanted = class_of(running).next_decision(cpu, running, now);
  const bool is_served = server_.is_serving() && running.class_index == fair;
  return is_served ? std::min(wanted, now + std::max(server_.left(), 1_ns)) : wanted;
}

// Of the class that its attributes name, even if it has not moved there yet: these three read nothing else.
Duration ClassStack::slice_of(const Entity& entity) const {
  return classes_[index_of(entity.attributes)]->slice_of(entity);
}

// One that runs changes class when it is put back.
void ClassStack::attributes_changed(Entity& entity, Instant now) {
  const bool is_running = view_.running(entity.cpu) == &entity;
  if (entity.class_index == index_of(entity.attributes)) {
    class_of(entity).attributes_changed(entity, now);
    if (is_running && has_better(entity.cpu, entity)) view_.kick(entity.cpu, Kick::preempt);
  } else if (is_running) {
    view_.kick(entity.cpu, Kick::preempt);
  } else {
    change_class(entity, now);
  }
}

void ClassStack::timer(std::uint64_t cookie, Instant now) {
  const std::uint64_t index = cookie >> cookie_bits;
  if (index != class_count) {
    is_known_empty_[index] = false;
    return classes_[index]->timer(cookie & ((1U << cookie_bits) - 1), now);
  }
  is_watching_ = false;
  bool is_starved = false;
  cpus_.for_each(range_, [&](CpuId cpu) { is_starved |= is_fair_starved(cpu); });
  if (is_starved) set_server_timer(now);
}

bool ClassStack::serves_fair(CpuId cpu) const { return server_.is_serving() && !has_earlier_deadline(cpu); }

// A deadline thread's turn comes before the fair server's.
bool ClassStack::has_earlier_deadline(CpuId cpu) const {
  const Entity* const first = is_known_empty_[deadline] ? nullptr : classes_[deadline]->peek(cpu, 0);
  return first != nullptr && classes_[deadline]->deadline_of(*first) < server_.deadline();
}

bool ClassStack::is_fair_starved(CpuId cpu) const {
  const Entity* const running = view_.running(cpu);
  return running != nullptr && running->class_index != fair && has_ready(cpu, fair);
}

// Ready or running, on any of the CPUs.
bool ClassStack::has_fair() const {
  bool found = false;
  cpus_.for_each(range_, [&](CpuId cpu) {
    const Entity* const running = view_.running(cpu);
    found = found || (running != nullptr && running->class_index == fair) || has_ready(cpu, fair);
  });
  return found;
}

void ClassStack::note_picked(CpuId cpu, const Entity* picked, Instant now) {
  note_busy(now);
  if (picked != nullptr && picked->class_index == fair) return;
  if (picked == nullptr && range_.size == 1) idle_since_ = now;
  if (picked == nullptr || !has_ready(cpu, fair)) return stop_server_if_idle();
  start_server(now);
  set_server_timer(now);
}

void ClassStack::start_server(Instant now) {
  note_busy(now);
  server_.start(now);
}

void ClassStack::note_busy(Instant now) {
  if (idle_since_ == Instant::max()) return;
  server_.idled(now - idle_since_);
  idle_since_ = Instant::max();
}

// Whom a quota has released (fair.c, unthrottle_cfs_rq).
void ClassStack::note_released(Instant now) {
  if (!has_fair_server_) return;
  start_server(now);
  cpus_.for_each(range_, [&](CpuId cpu) { watch_fair(cpu, now); });
  if (server_.is_serving()) serve_now();
}

// All CPUs choose anew.
void ClassStack::serve_now() {
  cpus_.for_each(range_, [&](CpuId cpu) { view_.kick(cpu, Kick::preempt); });
}

// The server needs its timer only while fair threads wait for another class.
void ClassStack::watch_fair(CpuId cpu, Instant now) {
  if (is_fair_starved(cpu)) set_server_timer(now);
}

void ClassStack::set_server_timer(Instant now) {
  if (is_watching_ || server_.is_serving()) return;
  server_.wake(now);
  if (server_.is_serving()) {
    serve_now();
  } else {
    is_watching_ = true;
    view_.set_timer(server_.due(), std::uint64_t{class_count} << cookie_bits);
  }
}

void ClassStack::stop_server_if_idle() {
  if (server_.is_active() && !has_fair()) server_.stop();
}

void ClassStack::cpu_changed(CpuId cpu, Instant now) {
  for (const auto& each : classes_) each->cpu_changed(cpu, now);
}

void ClassStack::detach(Entity& entity, Instant now) { class_of(entity).detach(entity, now); }

void ClassStack::attach(Entity& entity, Instant now) { class_of(entity).attach(entity, now); }

const Entity* ClassStack::peek(CpuId cpu, std::size_t k) const {
  if (k != 0) return nullptr;
  for (const auto& each : classes_) {
    if (const Entity* const first = each->peek(cpu, 0)) return first;
  }
  return nullptr;
}

}  // namespace signalbox
