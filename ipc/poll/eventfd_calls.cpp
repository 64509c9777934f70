#include "ipc/poll/eventfd_calls.hpp"

#include <array>

#include "ipc/poll/anonymous_file.hpp"
#include "ipc/poll/event_counter.hpp"
#include "kernel/syscall/numbers.hpp"

namespace signalbox {
namespace {

constexpr std::uint32_t semaphore_flag = 1;  // EFD_SEMAPHORE; the others are open(2)'s

// eventfd(2)
Result<Fd> sys_eventfd2(Caller& caller, std::uint32_t value, std::uint32_t flags) {
  if ((flags & ~(semaphore_flag | o_cloexec | o_nonblock)) != 0) return Errno::einval;
  const auto takes = (flags & semaphore_flag) != 0 ? EventCounter::Takes::one : EventCounter::Takes::all;
  return add_anonymous(caller, o_rdwr | (flags & ~semaphore_flag), "anon_inode:[eventfd]",
                       [&](const FileAttributes& given) { return new EventCounter(given, value, takes); });
}

Result<Fd> sys_eventfd(Caller& caller, std::uint32_t value) { return sys_eventfd2(caller, value, 0); }

}  // namespace

std::span<const SyscallRow> eventfd_calls() {
  static constexpr std::array rows{
      row<sys_eventfd>(call_number::eventfd, "eventfd"),
      row<sys_eventfd2>(call_number::eventfd2, "eventfd2"),
  };
  return rows;
}

}  // namespace signalbox
