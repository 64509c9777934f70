#include "ipc/sysv/semaphore_set.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {
namespace {

constexpr std::int32_t most_adjustment = SemaphoreSet::most;  // SEMAEM

bool is_undone(const SemaphoreOperation& operation) { return (operation.flags & semaphore_undo) != 0; }

}  // namespace

bool changes(std::span<const SemaphoreOperation> operations) {
  return std::ranges::any_of(operations, [](const SemaphoreOperation& each) { return each.change != 0; });
}

std::size_t SemaphoreSet::waiting(std::size_t number, SemaphoreWait what) const {
  const auto counts = [&](const Pending& each) {
    const SemaphoreOperation& blocking = each.operations[each.blocking];
    return blocking.number == number && (blocking.change == 0) == (what == SemaphoreWait::for_zero);
  };
  return static_cast<std::size_t>(std::ranges::count_if(wait_for_zero_, counts) +
                                  std::ranges::count_if(wait_for_more_, counts));
}

// do_semtimedop.
Result<int> SemaphoreSet::operate(Current& current, Pid pid, std::span<const SemaphoreOperation> operations,
                                  Instant deadline) {
  Pending wanted(pid, operations);
  if (const auto outcome = try_now(wanted, current.now())) {
    if (outcome->has_value() && changes(operations)) serve(current.now());
    return *outcome;
  }
  (changes(operations) ? wait_for_more_ : wait_for_zero_).push_back(wanted);
  const WakeReason why = current.sleep_on(wanted.place, deadline);
  if (wanted.outcome) return *wanted.outcome;  // the set may be gone
  return why == WakeReason::timed_out ? Errno::eagain : Errno::eintr;
}

// perform_atomic_semop.
std::optional<Result<int>> SemaphoreSet::try_now(Pending& wanted, Instant now) {
  std::size_t done = 0;
  if (const std::optional<Errno> error = apply(wanted, done)) {
    take_back(wanted, done);
    if (*error != Errno::eagain) return *error;
    wanted.blocking = done;
    if ((wanted.operations[done].flags & ipc_no_wait) != 0) return Errno::eagain;
    return std::nullopt;
  }
  for (const SemaphoreOperation& each : wanted.operations) semaphores_[each.number].last = wanted.pid;
  operated_ = now;
  return 0;
}

// Errno::eagain: the one at `done` has to wait.
std::optional<Errno> SemaphoreSet::apply(Pending& wanted, std::size_t& done) {
  for (; done < wanted.operations.size(); ++done) {
    const SemaphoreOperation& each = wanted.operations[done];
    Semaphore& semaphore = semaphores_[each.number];
    if (each.change == 0 && semaphore.value != 0) return Errno::eagain;
    const std::int32_t value = semaphore.value + each.change;
    if (value < 0) return Errno::eagain;
    if (value > most) return Errno::erange;
    if (is_undone(each)) {
      std::int16_t& adjustment = adjustments_of(wanted.pid)[each.number];
      const std::int32_t adjusted = adjustment - each.change;
      if (adjusted < -most_adjustment - 1 || adjusted > most_adjustment) return Errno::erange;
      adjustment = static_cast<std::int16_t>(adjusted);
    }
    semaphore.value = static_cast<std::uint16_t>(value);
  }
  return std::nullopt;
}

void SemaphoreSet::take_back(const Pending& wanted, std::size_t done) {
  while (done > 0) {
    const SemaphoreOperation& each = wanted.operations[--done];
    Semaphore& semaphore = semaphores_[each.number];
    semaphore.value = static_cast<std::uint16_t>(semaphore.value - each.change);
    if (!is_undone(each)) continue;
    std::int16_t& adjustment = adjustments_of(wanted.pid)[each.number];
    adjustment = static_cast<std::int16_t>(adjustment + each.change);
  }
}

// do_smart_update: until nobody more can go on.
void SemaphoreSet::serve(Instant now) {
  while (serve_list(wait_for_zero_, now) || serve_list(wait_for_more_, now)) {
  }
}

// True: one has changed values, by which those before it may go on.
bool SemaphoreSet::serve_list(PendingList& list, Instant now) {
  for (auto at = list.begin(); at != list.end();) {
    Pending& each = *at++;
    const auto outcome = try_now(each, now);
    if (!outcome) continue;
    each.outcome = outcome;
    each.unlink();
    each.place.wake(Waiters::one);
    if (outcome->has_value() && changes(each.operations)) return true;
  }
  return false;
}

SemaphoreSet::Adjustments& SemaphoreSet::adjustments_of(Pid pid) {
  return adjustments_.try_emplace(pid, semaphores_.size()).first->second;
}

void SemaphoreSet::set(Pid pid, std::size_t number, std::uint16_t value, Instant now) {
  for (auto& [process, adjustments] : adjustments_) adjustments[number] = 0;
  semaphores_[number] = {.value = value, .last = pid};
  changed = now;
  serve(now);
}

void SemaphoreSet::set_all(Pid pid, std::span<const std::uint16_t> values, Instant now) {
  adjustments_.clear();
  for (std::size_t i = 0; i < semaphores_.size(); ++i) semaphores_[i] = {.value = values[i], .last = pid};
  changed = now;
  serve(now);
}

void SemaphoreSet::undo(Pid pid, Instant now) {
  const auto found = adjustments_.find(pid);
  if (found == adjustments_.end()) return;
  const Adjustments adjustments = std::move(found->second);
  adjustments_.erase(found);
  for (std::size_t i = 0; i < semaphores_.size(); ++i) {
    if (adjustments[i] == 0) continue;
    const std::int32_t value = semaphores_[i].value + adjustments[i];
    semaphores_[i] = {.value = static_cast<std::uint16_t>(std::clamp(value, 0, most)), .last = pid};
  }
  operated_ = now;
  serve(now);
}

void SemaphoreSet::removed() {
  for (PendingList* const list : {&wait_for_zero_, &wait_for_more_}) {
    while (!list->empty()) {
      Pending& each = list->front();
      each.outcome = Errno::eidrm;
      each.unlink();
      each.place.wake(Waiters::one);
    }
  }
}

}  // namespace signalbox
