#include "kernel/machine/paging.hpp"

#include <optional>
#include <type_traits>
#include <utility>

#include "kernel/machine/machine.hpp"

namespace signalbox {
namespace {

// Who was killed for lack of memory may use reserves, so that he gets out.
FrameUrgency urgency_of(const Thread& thread) {
  return thread.process.is_oom_victim ? oom_victim_urgency : FrameUrgency::ordinary;
}

// One that was resolved; others count as neither (mm_account_fault).
void count_fault(Thread& thread, FaultKind kind) {
  ++(kind == FaultKind::major ? thread.memory.major_faults : thread.memory.minor_faults);
}

// Such a fault waits where there are too many dirty pages; Linux waits after it (fault_dirty_shared_page), when the
// page may be clean again, and has to fault once more.
bool will_dirty_file(const UserSpace& space, const PageFault& fault) {
  if (fault.access != Access::write) return false;
  const Vma* const vma = space.map().vmas().find(fault.at);
  if (vma == nullptr || vma->is_anonymous() || !vma->has(vma_flag::shared)) return false;
  const PageStore* const store = vma->object->store();
  return store != nullptr && store->kind() == PageStore::Kind::file;
}

}  // namespace

// Makes the plan where there is room for it, and begins what it asks of devices.
template <class Ask>
FaultPlan Paging::next_plan(Ask& ask) {
  FaultPlan plan;
  machine_.dispatcher().with_room([&] {
    plan = ask();
    if (plan.step == FaultPlan::Step::read) memory_.submit(plan.request);
    memory_.submit_requests();
    memory_.note_use();
  });
  return plan;
}

// Executes one plan after the other until the page is there, or cannot be. `ask` makes the next plan.
template <class Ask>
Paging::Outcome Paging::follow(Caller& caller, Ask ask) {
  Thread& thread = caller.thread();
  Outcome outcome{.was_there = true};
  std::optional<DirectReclaim> effort;
  while (true) {
    const FaultPlan plan = next_plan(ask);
    outcome.step = plan.step;
    outcome.was_there &= plan.step == FaultPlan::Step::retry && plan.work == MemoryWork();
    reclaim_.wake_background();
    flusher_.wake();
    khugepaged_.wake();
    caller.charge(memory_.spend(memory_price(plan.work, machine_.costs())));
    switch (plan.step) {
      using enum FaultPlan::Step;
      case retry:
        return outcome;
      case read:
        outcome.kind = FaultKind::major;
        [[fallthrough]];
      case wait:
        if (thread.is_unwinding) return outcome;
        reclaim_.wait_for(caller, plan.request.frame);
        break;
      case reclaim:
        if (!this->reclaim(caller, effort)) return outcome;
        break;
      case segv_no_mapping:
      case segv_no_right:
      case bus_error:
        outcome.kind = FaultKind::failed;
        return outcome;
    }
  }
}

FaultEnd Paging::resolve(Caller& caller, PageFault fault) {
  Thread& thread = caller.thread();
  caller.charge(memory_.spend(machine_.costs().page_fault));
  UserSpace& space = *thread.process.space;
  if (will_dirty_file(space, fault)) throttle(caller);
  Outcome outcome = follow(caller, [&] { return space.resolve(fault, urgency_of(thread)); });
  const bool is_resolved = outcome.step == FaultPlan::Step::retry;
  if (!is_resolved) outcome.kind = FaultKind::failed;
  if (is_resolved) count_fault(thread, outcome.kind);
  note_fault(thread, fault, outcome.kind);
  if (is_resolved) return FaultEnd::resolved;
  const bool is_segv =
      outcome.step == FaultPlan::Step::segv_no_mapping || outcome.step == FaultPlan::Step::segv_no_right;
  return is_segv ? FaultEnd::segv : FaultEnd::bus;
}

bool Paging::resolve_at_once(Thread& thread, const PageFault& fault) {
  UserSpace& space = *thread.process.space;
  const auto ask = [&] { return space.resolve(fault, urgency_of(thread)); };
  const FaultPlan plan = next_plan(ask);
  if (plan.step != FaultPlan::Step::retry) return false;
  machine_.dispatcher().owe(memory_.spend(machine_.costs().page_fault + memory_price(plan.work, machine_.costs())));
  count_fault(thread, FaultKind::minor);
  note_fault(thread, fault, FaultKind::minor);
  return true;
}

// Where a program's memory is the host's, the address differs from run to run.
void Paging::note_fault(const Thread& thread, const PageFault& fault, FaultKind kind) {
  const CompiledMemory* const own = thread.process.compiled.get();
  machine_.trace().emit({.when = memory_.now(),
                         .thread = thread.tid,
                         .cpu = thread.entity.cpu,
                         .kind = TraceKind::page_fault,
                         .detail = static_cast<std::uint8_t>(kind),
                         .a = own == nullptr ? fault.at.value() : own->traced(fault.at.value()),
                         .b = fault.error_code(thread.process.space->tables().format())});
}

Result<void> Paging::populate(Caller& caller, PageRange range) {
  for (VirtAddr page = range.begin; page < range.end; page += page_bytes) TRY(populate_page(caller, page));
  return {};
}

Result<void> Paging::populate_page(Caller& caller, VirtAddr page) {
  Thread& thread = caller.thread();
  UserSpace& space = *thread.process.space;
  const Outcome outcome = follow(caller, [&] { return space.populate(page, urgency_of(thread)); });
  switch (outcome.step) {
    using enum FaultPlan::Step;
    case retry:
      if (outcome.was_there) return {};
      count_fault(thread, outcome.kind);
      return {};
    case segv_no_mapping:
    case segv_no_right:
    case bus_error:
      return Errno::efault;
    case read:
    case wait:
    case reclaim:
      return Errno::enomem;
  }
  std::unreachable();
}

Result<void> Paging::bring_in(Caller& caller, FilePages& pages, std::uint64_t page, std::uint64_t last) {
  const FrameUrgency urgency = urgency_of(caller.thread());
  const Outcome outcome = follow(caller, [&] {
    const FaultPlan plan = pages.bring_in(page, urgency);
    if (plan.step == FaultPlan::Step::read) pages.read_ahead(page + 1, last);
    return plan;
  });
  if (outcome.step != FaultPlan::Step::retry) return Errno::enomem;
  return {};
}

void Paging::begin_requests() {
  memory_.submit_requests();
  khugepaged_.wake();
}

void Paging::run_with_room(void (*body)(void*), void* argument) {
  machine_.dispatcher().with_room([=] { body(argument); });
}

bool Paging::reclaim(Caller& caller, std::optional<DirectReclaim>& effort) {
  // A thread may end in its sleep without its frames being unwound.
  static_assert(std::is_trivially_destructible_v<DirectReclaim>);
  Thread& thread = caller.thread();
  if (thread.is_unwinding) return false;
  if (!effort) {
    const FrameRequest request{.urgency = urgency_of(thread)};
    const UserSpace* const space = thread.process.space.get();  // null: for somebody who has none yet
    effort.emplace(memory_.main().shortage(), request, space == nullptr ? std::nullopt : std::optional(space->id()));
  }
  return reclaim_.make_room(caller, *effort);
}

Result<void> Paging::replace_space(Caller& caller) {
  Process& process = caller.process();
  if (process.live_threads != 1) return Errno::ebusy;
  const AddressSpaceId id = machine_.lifecycle().take_space_id();
  Result<void> answer;
  machine_.dispatcher().with_room([&] {
    auto made = memory_.make_space(id, process.memory_limits());
    if (!made.has_value()) {
      answer = made.error();
      return;
    }
    memory_.leave(caller.thread().entity.cpu, caller.thread());
    memory_.mmus().leave(process.space->id());
    memory_.note_peak(process);
    process.space = std::move(made).value();
    process.space_id = id;
    memory_.end_heap(process);
    caller.thread().memory.heap_cache = 0;
    memory_.switch_to(caller.thread().entity.cpu, caller.thread());
  });
  return answer;
}

}  // namespace signalbox
