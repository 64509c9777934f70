#include "kernel/calls/descriptor_calls.hpp"

#include <array>
#include <utility>

#include "kernel/calls/file_in_use.hpp"
#include "kernel/syscall/numbers.hpp"

namespace signalbox {
namespace {

using OnExec = DescriptorTable::OnExec;

// What has lost its descriptor is let go where there is room: it may be the last that kept a file.
void let_go(Caller& caller, OpenFileRef file) {
  caller.kernel().with_room([&] { file.reset(); });
}

// close(2)
Result<int> sys_close(Caller& caller, Fd fd) {
  OpenFileRef file = TRY(caller.process().descriptors.remove(fd));
  let_go(caller, std::move(file));
  return 0;
}

// dup(2)
Result<Fd> sys_dup(Caller& caller, Fd fd) {
  DescriptorTable& table = caller.process().descriptors;
  OpenFileRef file = TRY(table.get(fd));
  return table.add(std::move(file), OnExec::keep, caller.process().descriptor_limit());
}

Result<Fd> replace(Caller& caller, Fd from, Fd to, OnExec on_exec) {
  DescriptorTable& table = caller.process().descriptors;
  const auto number = static_cast<std::uint32_t>(to.value());
  if (number >= caller.process().descriptor_limit()) return Errno::ebadf;
  OpenFileRef file = TRY(table.get(from));
  OpenFileRef before = TRY(table.replace(to, std::move(file), on_exec, caller.process().descriptor_limit()));
  let_go(caller, std::move(before));
  return to;
}

// dup2(2)
Result<Fd> sys_dup2(Caller& caller, Fd from, Fd to) {
  if (from != to) return replace(caller, from, to, OnExec::keep);
  TRY(caller.process().descriptors.get(from));
  return to;
}

// dup3(2)
Result<Fd> sys_dup3(Caller& caller, Fd from, Fd to, std::uint32_t flags) {
  if ((flags & ~o_cloexec) != 0 || from == to) return Errno::einval;
  return replace(caller, from, to, DescriptorTable::on_exec_of(flags));
}

Result<std::int64_t> duplicate_from(Caller& caller, OpenFileRef file, std::uint64_t lowest, OnExec on_exec) {
  if (lowest >= caller.process().descriptor_limit()) return Errno::einval;
  const std::uint64_t limit = caller.process().descriptor_limit();
  const Fd copy = TRY(caller.process().descriptors.add(std::move(file), on_exec, limit, lowest));
  return copy.value();
}

// What makes a pipe one of packets; other files have no direct transfers (setfl of fs/fcntl.c, 6.1).
Result<std::int64_t> set_flags(OpenFile& file, std::uint32_t flags) {
  if ((flags & o_direct) != 0 && file.file().kind() != FileKind::fifo) return Errno::einval;
  file.set_flags(flags);
  return 0;
}

Result<std::int64_t> in_signed(Result<std::uint64_t> bytes) { return static_cast<std::int64_t>(TRY(bytes)); }

Privilege privilege_of(Caller& caller) {
  return caller.process().credentials.is_privileged() ? Privilege::resources : Privilege::none;
}

// fcntl(2)
Result<std::int64_t> sys_fcntl(Caller& caller, Fd fd, std::int32_t command, std::uint64_t argument) {
  DescriptorTable& table = caller.process().descriptors;
  OpenFileRef file = TRY(table.get(fd));
  switch (command) {
    case f_dupfd:
      return duplicate_from(caller, std::move(file), argument, OnExec::keep);
    case f_dupfd_cloexec:
      return duplicate_from(caller, std::move(file), argument, OnExec::close);
    case f_getfd:
      return TRY(table.on_exec(fd)) == OnExec::close ? std::int64_t{fd_cloexec} : 0;
    case f_setfd:
      TRY(table.set_on_exec(fd, (argument & fd_cloexec) != 0 ? OnExec::close : OnExec::keep));
      return 0;
    case f_getfl:
      return file->flags();
    case f_setfl:
      return set_flags(*file, static_cast<std::uint32_t>(argument));
    case f_getpipe_sz:
      return in_signed(file->file().pipe_bytes());
    case f_setpipe_sz:
      return in_signed(file->file().set_pipe_bytes(argument, privilege_of(caller)));
    default:
      return Errno::einval;
  }
}

// ioctl(2) with what every file knows. Errno::enotty.
Result<int> sys_ioctl(Caller& caller, Fd fd, std::uint32_t request, UserPointer<std::int32_t> argument) {
  DescriptorTable& table = caller.process().descriptors;
  const OpenFileRef file = TRY(table.get(fd));
  switch (request) {
    case fioclex:
    case fionclex:
      TRY(table.set_on_exec(fd, request == fioclex ? OnExec::close : OnExec::keep));
      return 0;
    case fionbio: {
      const bool is_on = TRY(argument.read()) != 0;
      file->set_flags(is_on ? file->flags() | o_nonblock : file->flags() & ~o_nonblock);
      return 0;
    }
    case fionread: {
      const std::uint64_t unread = TRY(file->file().unread_bytes(*file));
      TRY(argument.write(static_cast<std::int32_t>(unread)));
      return 0;
    }
    default:
      return Errno::enotty;
  }
}

}  // namespace

std::span<const SyscallRow> descriptor_calls() {
  static constexpr std::array rows{
      row<sys_close>(call_number::close, "close"),
      row<sys_dup>(call_number::dup, "dup"),
      row<sys_dup2>(call_number::dup2, "dup2"),
      row<sys_fcntl>(call_number::fcntl, "fcntl",
                     Support::partial("descriptors, status flags, sizes of pipes; no locks, owners, leases")),
      row<sys_ioctl>(call_number::ioctl, "ioctl", Support::partial("FIONREAD, FIONBIO, FIOCLEX, FIONCLEX")),
      row<sys_dup3>(call_number::dup3, "dup3"),
  };
  return rows;
}

}  // namespace signalbox
