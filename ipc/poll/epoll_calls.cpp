#include "ipc/poll/epoll_calls.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "ipc/poll/anonymous_file.hpp"
#include "ipc/poll/epoll_set.hpp"
#include "ipc/poll/mask_for_call.hpp"
#include "ipc/poll/timeout.hpp"
#include "kernel/calls/file_in_use.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/user_memory.hpp"

namespace signalbox {
namespace {

constexpr std::int32_t ctl_add = 1;
constexpr std::int32_t ctl_del = 2;
constexpr std::int32_t ctl_mod = 3;

// epoll_create1(2)
Result<Fd> sys_epoll_create1(Caller& caller, std::uint32_t flags) {
  if ((flags & ~o_cloexec) != 0) return Errno::einval;
  return add_anonymous(caller, o_rdwr | flags, "anon_inode:[eventpoll]",
                       [](const FileAttributes& given) { return new EpollSet(given); });
}

// epoll_create(2): the size says nothing, but has to be one.
Result<Fd> sys_epoll_create(Caller& caller, std::int32_t size) {
  if (size <= 0) return Errno::einval;
  return sys_epoll_create1(caller, 0);
}

Result<void> control(EpollSet& set, std::int32_t operation, Fd fd, OpenFile& file, const EpollEvent& event) {
  // One exclusive waiter among several sets is not there.
  if ((event.events & epoll_exclusive) != 0) return Errno::einval;
  switch (operation) {
    case ctl_add:
      return set.add(fd, file, event);
    case ctl_del:
      return set.remove(fd, file);
    case ctl_mod:
      return set.modify(fd, file, event);
    default:
      return Errno::einval;
  }
}

// epoll_ctl(2)
Result<int> sys_epoll_ctl(Caller& caller, Fd set_fd, std::int32_t operation, Fd fd, UserPointer<EpollEvent> event) {
  const EpollEvent wanted = operation == ctl_del ? EpollEvent() : TRY(event.read());
  const OpenFileRef set_file = TRY(caller.process().descriptors.get(set_fd));
  const OpenFileRef file = TRY(caller.process().descriptors.get(fd));
  if (file->file().watchers() == nullptr) return Errno::eperm;
  EpollSet* const set = set_file->file().epoll_set();
  if (set == nullptr || set_file == file) return Errno::einval;
  Result<void> done;
  caller.kernel().with_room([&] { done = control(*set, operation, fd, *file, wanted); });
  TRY(done);
  return 0;
}

Result<std::uint64_t> wait_until(Caller& caller, Fd set_fd, UserPointer<EpollEvent> to, std::int32_t most,
                                 Instant deadline) {
  constexpr auto most_ever = static_cast<std::int32_t>(std::numeric_limits<std::int32_t>::max() / sizeof(EpollEvent));
  if (most <= 0 || most > most_ever) return Errno::einval;
  FileInUse in_use(caller);
  const OpenFile* const file = TRY(in_use.get(set_fd));
  EpollSet* const set = file->file().epoll_set();
  if (set == nullptr) return Errno::einval;
  // A call tells no more than this at once, whatever room its caller has: the rest stays ready.
  constexpr std::int32_t at_once = 1024;
  std::vector<EpollEvent> events(static_cast<std::size_t>(std::min(most, at_once)));
  const std::size_t told = TRY(set->wait(caller, events, deadline));
  bring_in_for_end(caller, to.address(), told * sizeof(EpollEvent), Access::write);
  const std::span<EpollEvent> out = TRY(to.get(told));
  std::ranges::copy(std::span(events).first(told), out.begin());
  return told;
}

// epoll_wait(2)
Result<std::uint64_t> sys_epoll_wait(Caller& caller, Fd set, UserPointer<EpollEvent> to, std::int32_t most,
                                     std::int32_t timeout) {
  return wait_until(caller, set, to, most, deadline_in(caller, timeout));
}

// epoll_pwait(2)
Result<std::uint64_t> sys_epoll_pwait(Caller& caller, Fd set, UserPointer<EpollEvent> to, std::int32_t most,
                                      std::int32_t timeout, UserPointer<const SignalSet> mask) {
  MaskForCall during(caller);
  TRY(during.set(mask, sizeof(SignalSet)));
  return during.answer(wait_until(caller, set, to, most, deadline_in(caller, timeout)));
}

// epoll_pwait2(2)
Result<std::uint64_t> sys_epoll_pwait2(Caller& caller, Fd set, UserPointer<EpollEvent> to, std::int32_t most,
                                       UserPointer<TimeSpec> timeout, UserPointer<const SignalSet> mask,
                                       std::uint64_t mask_bytes) {
  const Instant deadline = TRY(deadline_of(caller, timeout));
  MaskForCall during(caller);
  TRY(during.set(mask, mask_bytes));
  return during.answer(wait_until(caller, set, to, most, deadline));
}

}  // namespace

std::span<const SyscallRow> epoll_calls() {
  constexpr Restart never = Restart::never;
  static constexpr std::array rows{
      row<sys_epoll_create>(call_number::epoll_create, "epoll_create"),
      row<sys_epoll_wait>(call_number::epoll_wait, "epoll_wait", Support::full(), never),
      row<sys_epoll_ctl>(call_number::epoll_ctl, "epoll_ctl", Support::partial("no EPOLLEXCLUSIVE")),
      row<sys_epoll_pwait>(call_number::epoll_pwait, "epoll_pwait",
                           Support::partial("the size of the mask is not looked at"), never),
      row<sys_epoll_create1>(call_number::epoll_create1, "epoll_create1"),
      row<sys_epoll_pwait2>(call_number::epoll_pwait2, "epoll_pwait2", Support::full(), never),
  };
  return rows;
}

}  // namespace signalbox
