#include "ipc/pipe/pipe_calls.hpp"

#include <array>
#include <utility>

#include "ipc/pipe/pipe.hpp"
#include "kernel/calls/path_argument.hpp"
#include "kernel/syscall/numbers.hpp"

namespace signalbox {
namespace {

using OnExec = DescriptorTable::OnExec;
using PipeEnds = std::array<std::int32_t, 2>;

constexpr std::uint32_t mode_of_kind = 0170000;  // S_IFMT

// The lower number is the read end's. Nothing is open if there is no room for both.
Result<PipeEnds> add_ends(Caller& caller, std::uint32_t flags) {
  FileSystem& files = caller.kernel().files();
  const boost::intrusive_ptr<Pipe> pipe =
      new Pipe(files.attributes_for(walker_of(caller, nullptr), 0600), files.pipe_pages());
  const OpenFileRef read_end = new OpenFile(pipe, o_rdonly | (flags & ~o_cloexec), "pipe:");
  const OpenFileRef write_end = new OpenFile(pipe, o_wronly | (flags & ~o_cloexec), "pipe:");
  pipe->open_ends(*read_end, *write_end);
  DescriptorTable& table = caller.process().descriptors;
  const std::uint64_t limit = caller.process().descriptor_limit();
  const OnExec on_exec = DescriptorTable::on_exec_of(flags);
  const Fd reading = TRY(table.add(read_end, on_exec, limit));
  const Result<Fd> writing = table.add(write_end, on_exec, limit);
  if (!writing.has_value()) {
    static_cast<void>(table.remove(reading));
    return writing.error();
  }
  return PipeEnds{reading.value(), writing->value()};
}

// pipe2(2)
Result<int> sys_pipe2(Caller& caller, UserPointer<PipeEnds> to, std::uint32_t flags) {
  if ((flags & ~(o_cloexec | o_nonblock | o_direct)) != 0) return Errno::einval;
  Result<PipeEnds> ends = Errno::enfile;
  caller.kernel().with_room([&] { ends = add_ends(caller, flags); });
  const PipeEnds made = TRY(ends);
  const auto written = to.write(made);
  if (written.has_value()) return 0;
  caller.kernel().with_room([&] {
    for (const std::int32_t number : made) static_cast<void>(caller.process().descriptors.remove(Fd(number)));
  });
  return written.error();
}

// pipe(2)
Result<int> sys_pipe(Caller& caller, UserPointer<PipeEnds> to) { return sys_pipe2(caller, to, 0); }

FileRef make_fifo(FileSystem& files, const FileAttributes& given) { return new Pipe(given, files.pipe_pages()); }
FileRef make_file(FileSystem& files, const FileAttributes& given) { return files.make_regular(given); }

// mknodat(2): of FIFOs and regular files.
Result<int> sys_mknodat(Caller& caller, Fd from, PathPointer at, std::uint32_t mode, std::uint64_t) {
  const auto kind = static_cast<FileKind>(mode & mode_of_kind);
  const bool is_regular = (mode & mode_of_kind) == 0 || kind == FileKind::regular;
  if (kind == FileKind::directory) return Errno::eperm;
  if (!is_regular && kind != FileKind::fifo) return Errno::einval;
  const std::string_view path = TRY(path_from(at));
  const std::uint32_t permissions = mode & permission_bits & ~caller.process().umask;
  TRY(on_files(caller, from, path, [&](FileSystem& files, const PathWalker& walker) {
    return files.make_node(walker, path, permissions, is_regular ? FileKind::regular : FileKind::fifo,
                           is_regular ? make_file : make_fifo);
  }));
  return 0;
}

// mknod(2)
Result<int> sys_mknod(Caller& caller, PathPointer path, std::uint32_t mode, std::uint64_t device) {
  return sys_mknodat(caller, here, path, mode, device);
}

}  // namespace

std::span<const SyscallRow> pipe_calls() {
  constexpr auto no_devices = Support::partial("FIFOs and regular files; no devices and sockets");
  static constexpr std::array rows{
      row<sys_pipe>(call_number::pipe, "pipe"),
      row<sys_mknod>(call_number::mknod, "mknod", no_devices),
      row<sys_mknodat>(call_number::mknodat, "mknodat", no_devices),
      row<sys_pipe2>(call_number::pipe2, "pipe2", Support::partial("no O_NOTIFICATION_PIPE")),
  };
  return rows;
}

}  // namespace signalbox
