#include "kernel/machine/khugepaged.hpp"

#include <utility>

#include "kernel/machine/machine.hpp"
#include "kernel/sched/nice.hpp"

namespace signalbox {

void Khugepaged::begin() {
  is_at_work_ = true;
  if (is_made_) return memory_.khugepaged().wake(Waiters::all);
  ThreadRequest request;
  request.program = [this](Caller& caller) {
    run(caller);
    return 0;
  };
  request.name = machine_.trace().intern("khugepaged");
  SchedAttributes lowest;
  lowest.nice = max_nice;
  request.attributes = lowest;
  request.affinity = AffinityId();
  request.group = TaskGroupId();
  request.is_of_kernel = true;
  is_at_work_ = is_made_ = machine_.spawn(std::move(request)).has_value();
}

// What is copied and cleared costs as in a fault, a look at an entry and its page as in reclaim.
Khugepaged::Round Khugepaged::round(Caller& caller) {
  Round round;
  Duration price;
  machine_.dispatcher().with_room([&] {
    const HugePageScan::Step made = memory_.main().huge_page_scan().step();
    memory_.submit_requests();
    memory_.note_use();
    round = {made.next, made.page, made.pause};
    price = memory_price(made.work, machine_.costs()) + machine_.costs().page_scan * made.looks;
  });
  caller.charge(memory_.spend(price));
  return round;
}

// khugepaged, khugepaged_wait_work.
void Khugepaged::run(Caller& caller) {
  while (true) {
    const Round made = round(caller);
    reclaim_.wake_background();
    switch (made.next) {
      using enum HugePageScan::Step::Next;
      case again:
        machine_.dispatcher().return_to_user(caller.thread());  // cond_resched
        break;
      case wait:
        reclaim_.wait_for(caller, made.page);
        break;
      case sleep:
        memory_.khugepaged_timer().start(caller.now() + made.pause);
        caller.sleep_on(memory_.khugepaged());
        break;
      case rest:
        is_at_work_ = false;
        caller.sleep_on(memory_.khugepaged());
        break;
    }
  }
}

}  // namespace signalbox
