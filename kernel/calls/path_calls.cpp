#include "kernel/calls/path_calls.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "kernel/calls/file_in_use.hpp"
#include "kernel/calls/path_argument.hpp"
#include "kernel/syscall/numbers.hpp"

namespace signalbox {
namespace {

// A number for the file, with what open(2) has left to do that may sleep. Undone if that fails.
Result<Fd> open_file(Caller& caller, FileSystem::Found found, std::uint32_t flags, std::string_view path) {
  FileInUse in_use(caller);
  OpenFile& file = in_use.set(new OpenFile(std::move(found.file), flags, std::string(path)));
  const auto on_exec = DescriptorTable::on_exec_of(flags);
  TRY(file.file().opened(caller, file));
  if (found.truncates) TRY(file.file().truncate(caller, 0));
  return caller.process().descriptors.add(&file, on_exec, caller.process().descriptor_limit());
}

// openat(2)
Result<Fd> sys_openat(Caller& caller, Fd from, PathPointer at, std::uint32_t flags, std::uint32_t mode) {
  if ((flags & (o_tmpfile & ~o_directory)) != 0) return Errno::eopnotsupp;
  if ((flags & (o_creat | o_directory)) == (o_creat | o_directory)) return Errno::einval;
  const std::string_view path = TRY(path_from(at));
  // Before anything is made or cut (get_unused_fd_flags comes first).
  if (!caller.process().descriptors.has_room(caller.process().descriptor_limit())) return Errno::emfile;
  const std::uint32_t permissions = mode & permission_bits & ~caller.process().umask;
  FileSystem::Found found = TRY(on_files(caller, from, path, [&](FileSystem& files, const PathWalker& walker) {
    return files.open(walker, path, flags, permissions);
  }));
  if ((flags & o_direct) != 0 && found.file->kind() == FileKind::regular) return Errno::einval;
  return open_file(caller, std::move(found), flags, path);
}

// open(2)
Result<Fd> sys_open(Caller& caller, PathPointer path, std::uint32_t flags, std::uint32_t mode) {
  return sys_openat(caller, here, path, flags, mode);
}

// creat(2)
Result<Fd> sys_creat(Caller& caller, PathPointer path, std::uint32_t mode) {
  return sys_open(caller, path, o_creat | o_wronly | o_trunc, mode);
}

// truncate(2)
Result<int> sys_truncate(Caller& caller, PathPointer path, std::int64_t bytes) {
  if (bytes < 0) return Errno::einval;
  FileRef file = TRY(file_at(caller, here, path));
  if (file->is_directory()) return Errno::eisdir;
  if (file->kind() != FileKind::regular) return Errno::einval;
  if (!walker_of(caller, nullptr).may(file->attributes, PathWalker::to_write)) return Errno::eacces;
  FileInUse in_use(caller);
  OpenFile& open = in_use.set(new OpenFile(std::move(file), o_wronly, {}));
  TRY(open.file().truncate(caller, static_cast<std::uint64_t>(bytes)));
  return 0;
}

Result<int> set_folder(Caller& caller, const FileRef& file) {
  if (!file->is_directory()) return Errno::enotdir;
  if (!walker_of(caller, nullptr).may(file->attributes, PathWalker::to_search)) return Errno::eacces;
  DirectoryRef folder = &static_cast<Directory&>(*file);
  caller.kernel().with_room([&] { caller.process().folder = std::move(folder); });
  return 0;
}

// chdir(2)
Result<int> sys_chdir(Caller& caller, PathPointer path) { return set_folder(caller, TRY(file_at(caller, here, path))); }

// fchdir(2)
Result<int> sys_fchdir(Caller& caller, Fd fd) {
  return set_folder(caller, FileRef(&TRY(caller.process().descriptors.get(fd))->file()));
}

// getcwd(2), the raw call: answers the path's length with its zero.
Result<std::uint64_t> sys_getcwd(Caller& caller, UserPointer<char> to, std::uint64_t size) {
  const std::string path = TRY(on_files(
      caller, here, {}, [](FileSystem&, const PathWalker& walker) { return FileSystem::path_of(*walker.folder); }));
  if (path.size() + 1 > size) return Errno::erange;
  std::ranges::copy_n(path.c_str(), static_cast<std::ptrdiff_t>(path.size() + 1), TRY(to.get(path.size() + 1)).begin());
  return path.size() + 1;
}

// umask(2)
Result<std::uint32_t> sys_umask(Caller& caller, std::uint32_t mask) {
  return std::exchange(caller.process().umask, mask & 0777);
}

}  // namespace

std::span<const SyscallRow> path_calls() {
  constexpr auto no_flags = Support::partial("O_DIRECT of FIFOs only; no O_PATH, O_TMPFILE");
  static constexpr std::array rows{
      row<sys_open>(call_number::open, "open", no_flags),
      row<sys_truncate>(call_number::truncate, "truncate", Support::partial("RLIMIT_FSIZE is not heeded")),
      row<sys_getcwd>(call_number::getcwd, "getcwd"),
      row<sys_chdir>(call_number::chdir, "chdir"),
      row<sys_fchdir>(call_number::fchdir, "fchdir"),
      row<sys_creat>(call_number::creat, "creat"),
      row<sys_umask>(call_number::umask, "umask"),
      row<sys_openat>(call_number::openat, "openat", no_flags),
  };
  return rows;
}

}  // namespace signalbox
