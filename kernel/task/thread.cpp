#include "kernel/task/thread.hpp"

#include <cstddef>
#include <span>

#include "kernel/task/process.hpp"

namespace signalbox {

void ThreadWaiter::woken() { thread_.host.wake(thread_, WakeReason::woken); }

Thread::Thread(Tid tid_, Process& process_, ThreadHost& host_)
    : tid(tid_), process(process_), host(host_), waiter(*this), joiners(WaitLabel{WaitKind::join, NameId()}) {
  entity.id = tid_;
  entity.process = process_.pid;
}

void Thread::prefetch() const {
  constexpr std::size_t line_bytes = 64;
  constexpr std::size_t dispatch_bytes = 384;  // entity, dispatcher's fields and context: the front of the block
  const auto* bytes = std::as_bytes(std::span(this, 1)).data();
  for (std::size_t offset = 0; offset < dispatch_bytes; offset += line_bytes) __builtin_prefetch(bytes + offset, 1);
}

}  // namespace signalbox
