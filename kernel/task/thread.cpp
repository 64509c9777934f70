#include "kernel/task/thread.hpp"

#include "kernel/task/process.hpp"

namespace signalbox {

void ThreadWaiter::woken() { thread_.host.wake(thread_, WakeReason::woken); }

static_assert(has_address_sanitizer || has_thread_sanitizer || sizeof(Thread) == 640, "ten cache lines");

Thread::Thread(Tid tid_, Process& process_, ThreadHost& host_)
    : waiter(*this), process(process_), host(host_), tid(tid_), joiners(WaitLabel{WaitKind::join, NameId()}) {
  entity.id = tid_;
  entity.process = process_.pid;
}

}  // namespace signalbox
