#include "kernel/sched/class_stack.hpp"

#include <algorithm>

#include "kernel/sched/class_rank.hpp"

namespace signalbox {
namespace {

constexpr std::size_t fair = ClassStack::class_count - 1;
constexpr Duration server_period = 1_s;  // deadline.c, fair_server_init
constexpr Duration server_runtime = 50_ms;

// A class's timers carry its number above their own cookie of 28 bits; the fair server's carry class_count.
constexpr unsigned cookie_bits = 28;

std::size_t index_of(const SchedAttributes& attributes) {
  const ClassRank rank = class_rank(attributes);
  if (rank == deadline_rank) return 0;
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

ClassStack::ClassStack(SchedulerView& view, const MakeClass& make, FairServer fair_server)
    : view_(view), is_of_one_cpu_(view.cpus().count() == 1), has_fair_server_(fair_server == FairServer::on) {
  for (std::size_t index = 0; index < class_count; ++index) {
    views_[index].emplace(view, index);
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
  if (const Entity* const running = view_.running(cpu)) watch_fair(cpu, running->class_index, now);
}

void ClassStack::dequeue(Entity& entity, Instant now) { class_of(entity).dequeue(entity, now); }

Entity* ClassStack::pick_next(CpuId cpu, Instant now) {
  if (is_fair_turn(now)) {
    if (Entity* const next = classes_[fair]->pick_next(cpu, now)) return next;
  }
  for (std::size_t index = 0; index < class_count; ++index) {
    Entity* const next = pick_from(index, cpu, now);
    if (next == nullptr) continue;
    watch_fair(cpu, index, now);
    return next;
  }
  return nullptr;
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
}

void ClassStack::blocked(CpuId cpu, Entity& entity, Instant now) { class_of(entity).blocked(cpu, entity, now); }

bool ClassStack::has_better(CpuId cpu, std::size_t index, Instant now) const {
  if (is_fair_turn(now)) return index != fair && has_ready(cpu, fair);
  for (std::size_t better = 0; better < index; ++better) {
    if (has_ready(cpu, better)) return true;
  }
  return false;
}

bool ClassStack::should_preempt(CpuId cpu, const Entity& running, Instant now) const {
  return has_better(cpu, running.class_index, now) || class_of(running).should_preempt(cpu, running, now);
}

Verdict ClassStack::decide(CpuId cpu, Entity& running, Instant now) {
  const Verdict verdict = class_of(running).decide(cpu, running, now);
  return has_better(cpu, running.class_index, now) ? Verdict::preempt : verdict;
}

Instant ClassStack::next_decision(CpuId cpu, const Entity& running, Instant now) const {
  const Instant wanted = class_of(running).next_decision(cpu, running, now);
  return is_fair_turn(now) ? std::min(wanted, fair_until_) : wanted;
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
    if (is_running && has_better(entity.cpu, entity.class_index, now)) view_.kick(entity.cpu, Kick::preempt);
  } else if (is_running) {
    view_.kick(entity.cpu, Kick::preempt);
  } else {
    change_class(entity, now);
  }
}

// While fair threads wait for another class, the fair server watches.
void ClassStack::watch_fair(CpuId cpu, std::size_t picked, Instant now) {
  if (!has_fair_server_) return;
  if (picked == fair || !has_ready(cpu, fair)) {
    starved_since_ = Instant::max();
  } else if (starved_since_ == Instant::max()) {
    starved_since_ = now;
    if (!is_watching_) {
      is_watching_ = true;
      view_.set_timer(now + (server_period - server_runtime), std::uint64_t{class_count} << cookie_bits);
    }
  }
}

void ClassStack::timer(std::uint64_t cookie, Instant now) {
  const std::uint64_t index = cookie >> cookie_bits;
  if (index != class_count) {
    is_known_empty_[index] = false;
    return classes_[index]->timer(cookie & ((1U << cookie_bits) - 1), now);
  }
  is_watching_ = false;
  if (starved_since_ == Instant::max()) return;
  const Instant due = starved_since_ + (server_period - server_runtime);
  if (now < due) {
    is_watching_ = true;
    return view_.set_timer(due, cookie);
  }
  starved_since_ = Instant::max();
  fair_until_ = now + server_runtime;
  const CpuMask cpus = view_.cpus();
  cpus.for_each(cpus.range(), [&](CpuId cpu) { view_.kick(cpu, Kick::preempt); });
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
